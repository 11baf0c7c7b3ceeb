// What the fake host keeps on disk, as the real one keeps transcripts and its delivery queue.

/** Life of one agent turn. */
export type TurnRecord =
  | {
      readonly kind: "recorded";
      readonly turn: string;
      readonly atMs: number;
      readonly accountId: string;
      readonly sessionKey: string;
      /** Address the answer goes to. */
      readonly to: string;
      readonly messageId: string;
      readonly text: string;
    }
  /** The channel let go of the message; from here on the host owns it. */
  | { readonly kind: "adopted"; readonly turn: string; readonly atMs: number }
  /** The same source message came again before its turn was adopted. */
  | { readonly kind: "duplicate-source"; readonly turn: string; readonly atMs: number }
  | { readonly kind: "rerun"; readonly turn: string; readonly atMs: number }
  | { readonly kind: "finished"; readonly turn: string; readonly atMs: number };

/** Life of one delivery. `started` until something else is known means: a crash here leaves it unknown. */
export type DeliveryRecord =
  | {
      readonly kind: "queued";
      readonly delivery: string;
      readonly atMs: number;
      readonly accountId: string;
      readonly to: string;
      readonly text: string;
    }
  | { readonly kind: "started"; readonly delivery: string; readonly atMs: number }
  | { readonly kind: "part"; readonly delivery: string; readonly atMs: number; readonly messageId: string }
  | { readonly kind: "sent"; readonly delivery: string; readonly atMs: number; readonly by: "send" | "reconciled" }
  /** Certainly not sent; waits for another try. */
  | { readonly kind: "unsent"; readonly delivery: string; readonly atMs: number; readonly error: string }
  | { readonly kind: "unknown"; readonly delivery: string; readonly atMs: number; readonly error: string }
  /** Reconciliation could not tell yet. */
  | { readonly kind: "unresolved"; readonly delivery: string; readonly atMs: number; readonly error: string }
  /** Given up, and said so: an operator finds it in the queue's dead letters and the log. */
  | { readonly kind: "failed"; readonly delivery: string; readonly atMs: number; readonly error: string };
