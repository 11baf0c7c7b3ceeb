// What a fault does to the call or the line it meets. One member per group; sim/README.md explains each mode.

/**
 * Where in a call a fault strikes. `start`: before anything was done. `sent`: the work is done at the servers, nothing is
 * printed. `printed`: after the output. For `listen`, `start` precedes the login and both others mean "once connected".
 */
export type Stage = "start" | "sent" | "printed";

export interface StartEffect {
  readonly group: "start";
  /** `other-personality`: the other of openzca and zca-cli; `other-program`: something else that happens to be called zca. */
  readonly mode: "slow" | "other-personality" | "other-version" | "other-program" | "unlicensed";
  /** For `slow`: how long before anything happens. */
  readonly ms?: number;
  /** For `other-version`; options newer than it are unknown. */
  readonly version?: string;
}

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
  readonly mode:
    | "forever"
    | "until-sigterm"
    | "ignore-sigterm"
    | "ignore-sigterm-for"
    | "close-stdout"
    | "grandchild"
    | "zombie";
  /** For `ignore-sigterm-for`: how long; for `grandchild` and `zombie`: how long the other process lives (default one minute). */
  readonly ms?: number;
}

export interface StdoutEffect {
  readonly group: "stdout";
  readonly mode:
    | "garbage-lines"
    | "ansi"
    | "bom"
    | "crlf"
    | "empty-lines"
    | "json-scalars"
    | "truncated-json"
    | "two-on-one-line"
    | "no-final-newline"
    | "byte-by-byte"
    | "split-character"
    | "invalid-utf8"
    | "nul-bytes"
    | "long-line"
    | "endless-line"
    | "prefix-noise"
    | "trailing-noise";
  /** For `long-line` (default 5,000,000) and `endless-line` (default 16 MiB). */
  readonly bytes?: number;
  /** For `split-character`: the pause inside the character (default 30). */
  readonly ms?: number;
  /** For `nul-bytes`, `prefix-noise` and `trailing-noise`: on the line of the JSON instead of on one of its own. */
  readonly sameLine?: boolean;
}

export interface StderrEffect {
  readonly group: "stderr";
  readonly when?: Stage;
  readonly mode: "flood" | "no-newline" | "binary" | "secrets";
  /** For `flood` (default 8 MiB), `no-newline` (1 MiB) and `binary` (64 KiB). */
  readonly bytes?: number;
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
    | "duplicate-in-two-processes"
    | "duplicate-other-id"
    | "out-of-order"
    | "missing-id"
    | "same-id-other-content"
    | "old-timestamp"
    | "milliseconds"
    | "seconds"
    | "future-clock";
  /** For `duplicate-in-two-processes`: how long after the first line the other process prints (default 50). */
  readonly ms?: number;
}

export interface ServerEffect {
  readonly group: "server";
  readonly mode:
    | "rate-limit"
    | "stranger-refused"
    | "cannot-receive"
    | "bad-parameter"
    | "network-down"
    | "timeout"
    | "no-id"
    | "chunk-fails"
    | "retry-once";
  /** `timeout` and `no-id` default to `sent`, the others to `start`. */
  readonly when?: Stage;
  /** For `network-down`: how long; for `timeout`: how long the answer is waited for. */
  readonly ms?: number;
  /** For `network-down` on `listen`: how long after the connection. */
  readonly afterMs?: number;
  /** For `chunk-fails`: which message of one `msg send`, counted from 1. */
  readonly chunk?: number;
}

export interface SystemEffect {
  readonly group: "system";
  readonly mode: "read-only-home" | "full-disk" | "broken-profiles" | "no-media-folder" | "media-vanishes";
}

export interface LockEffect {
  readonly group: "lock";
  readonly mode: "foreign" | "stale" | "freed-late";
  /** For `foreign`: life of the process named in the lock (default one minute); for `freed-late`: from the signal to the end (1000). */
  readonly ms?: number;
}

/** What `msg recent` leaves out, always with exit 0 (contract 6.6). */
export interface HistoryEffect {
  readonly group: "history";
  /** `empty`: nothing; `partial`: only the newest rows; `stale`: the newest rows are missing. */
  readonly mode: "empty" | "partial" | "stale";
  /** For `partial`: how many rows are left (default 1). */
  readonly keep?: number;
  /** For `stale`: how many rows are missing (default 1). */
  readonly missing?: number;
  /** Time until the answer; the real program gives up a silent direct conversation after 12 s. */
  readonly ms?: number;
}

export type FaultEffect =
  | StartEffect
  | ExitEffect
  | HangEffect
  | StdoutEffect
  | StderrEffect
  | SessionEffect
  | DeliveryEffect
  | ServerEffect
  | SystemEffect
  | LockEffect
  | HistoryEffect;

export type EffectOf<G extends FaultEffect["group"]> = Extract<FaultEffect, { readonly group: G }>;
