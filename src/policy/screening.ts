/** What a message must have before anybody is asked whether its sender may write. */
export interface ScreenedMessage {
  readonly senderId: string;
  readonly text: string;
  readonly media: { readonly length: number };
  readonly atMs: number;
  readonly ownId?: string | undefined;
  /** Whether this message was handled before; the journal knows, not this layer. */
  readonly seen?: boolean | undefined;
  readonly nowMs: number;
  /** Older messages are not answered any more; unset = any age. */
  readonly maxAgeMs?: number | undefined;
}

export type ScreenReason = "echo" | "duplicate" | "empty" | "stale";

export type Screening = { readonly kind: "pass" } | { readonly kind: "drop"; readonly reason: ScreenReason };

/** Drops what is no message to us: our own words, repetitions, nothing at all, and the long past. */
export function screenMessage(message: ScreenedMessage): Screening {
  // "0" is how Zalo writes one's own id; some programs pass it on.
  if (message.senderId === "0" || message.senderId === message.ownId) return { kind: "drop", reason: "echo" };
  if (message.seen === true) return { kind: "drop", reason: "duplicate" };
  if (message.text.trim() === "" && message.media.length === 0) return { kind: "drop", reason: "empty" };
  if (message.maxAgeMs !== undefined && message.nowMs - message.atMs > message.maxAgeMs) {
    return { kind: "drop", reason: "stale" };
  }
  return { kind: "pass" };
}
