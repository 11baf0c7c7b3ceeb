/**
 * Why a listener ended. `no-start`: it never ran, or did not answer when asked what it can do, so Zalo saw nothing of it.
 * `silent`: it gave no sign of life, or never got a connection, and we ended it.
 */
export const endingKinds = [
  "crash",
  "no-start",
  "closed",
  "silent",
  "network",
  "evicted",
  "kicked",
  "recycle",
  "lock-held",
  "logged-out",
  "login-refused",
  "binary-missing",
  "not-executable",
  "unrecognized",
  "unlicensed",
] as const;

export type EndingKind = (typeof endingKinds)[number];

export interface ListenerExit {
  readonly kind: EndingKind;
  /** Redacted words for status and log. */
  readonly detail: string;
}

/** Endings no restart can mend: only a person can. */
export type VerdictKind = "logged-out" | "login-refused" | "unlicensed";

/** Why an account must not be started. Kept on disk until a login, a logout or a changed binary clears it. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly detail: string;
  readonly atMs: number;
}

/** What to do about an ending. */
export type Remedy = "retry" | "slow" | "renew" | "lock" | "blocked" | "missing";

export function remedyOf(kind: EndingKind): Remedy {
  switch (kind) {
    case "crash":
    case "no-start":
    case "closed":
    case "silent":
    case "network":
      return "retry";
    case "evicted":
    case "kicked":
      return "slow";
    case "recycle":
      return "renew";
    case "lock-held":
      return "lock";
    case "logged-out":
    case "login-refused":
    case "unlicensed":
      return "blocked";
    case "binary-missing":
    case "not-executable":
    case "unrecognized":
      return "missing";
  }
}

/** Whether such an ending may have cost a login although no connection came of it: what Zalo must not see every minute. */
export function mayCostLogin(kind: EndingKind): boolean {
  return kind === "crash" || kind === "closed" || kind === "silent" || kind === "lock-held" || kind === "recycle";
}

/** Whether a start that ended so, without a connection, left nothing at Zalo's servers that could be counted. */
export function costsNoLogin(kind: EndingKind): boolean {
  return kind === "network" || kind === "no-start" || remedyOf(kind) === "missing";
}

export function isVerdictKind(kind: EndingKind): kind is VerdictKind {
  return remedyOf(kind) === "blocked";
}
