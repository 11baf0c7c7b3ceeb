/**
 * One fault of the control file: which calls it meets and what happens to them.
 * Exit, hang, session and delivery are here; further groups add a member to `FaultEffect` and a branch where it strikes.
 */
export interface Fault {
  readonly match?: FaultMatch;
  readonly then: FaultEffect;
}

/** Builds a fault; object literals with a `then` trip linters, which take them for promises. */
export function fault(match: FaultMatch, effect: FaultEffect): Fault {
  // oxlint-disable-next-line unicorn/no-thenable -- the key of the control file; a fault is data and never awaited
  return { match, then: effect };
}

export interface FaultMatch {
  /** Command path such as `msg send`; absent = every command. */
  readonly command?: string;
  readonly profile?: string;
  /** Only the nth matching call (for delivery faults: the nth line), counted from 1 and across processes. */
  readonly nth?: number;
  readonly every?: number;
  /** Only the first n. */
  readonly first?: number;
  /** Seeded probability between 0 and 1. */
  readonly chance?: number;
}

/**
 * Where in a call a fault strikes. `start`: before anything was done. `sent`: the work is done at the servers, nothing is
 * printed. `printed`: after the output. For `listen`, `start` precedes the login and both others mean "once connected".
 */
export type Stage = "start" | "sent" | "printed";

export interface ExitEffect {
  readonly group: "exit";
  readonly when?: Stage;
  readonly code?: number;
  readonly signal?: "SIGHUP" | "SIGINT" | "SIGKILL" | "SIGTERM";
  readonly stdout?: string;
  readonly stderr?: string;
  /** Printed as `Error: <text>`; passes through the CLI's own retry. */
  readonly error?: string;
  /** Only half of the output (of `listen`: of the next line) gets out. */
  readonly midLine?: boolean;
  /** A Node crash dump on stderr and exit 1. */
  readonly crash?: boolean;
}

export interface HangEffect {
  readonly group: "hang";
  readonly when?: Stage;
  readonly mode: "forever" | "until-sigterm" | "ignore-sigterm" | "ignore-sigterm-for" | "close-stdout" | "grandchild";
  /** For `ignore-sigterm-for`: how long; for `grandchild`: how long it holds the pipes (default one minute). */
  readonly ms?: number;
}

export interface SessionEffect {
  readonly group: "session";
  readonly mode: "expire" | "refuse" | "login-as" | "login-elsewhere";
  /** For `login-as`: who scans instead. */
  readonly uid?: string;
  /** For `expire` and `login-elsewhere` on `listen`: how long after the connection. */
  readonly afterMs?: number;
}

export interface DeliveryEffect {
  readonly group: "delivery";
  readonly mode:
    | "duplicate"
    | "duplicate-after-reconnect"
    | "duplicate-other-id"
    | "out-of-order"
    | "missing-id"
    | "same-id-other-content"
    | "old-timestamp"
    | "milliseconds"
    | "future-clock";
}

export type FaultEffect = ExitEffect | HangEffect | SessionEffect | DeliveryEffect;
