// What a harness saw, and what the oracle says to it.

/** One message somebody wrote to an account. */
export interface Said {
  readonly token: string;
  readonly accountId: string;
  /** `user:<uid>` or `group:<id>`, as the account sees it. */
  readonly thread: string;
  readonly atMs: number;
  /**
   * `answer`: admitted and has to be answered; `context`: may be read, wants no turn of its own; `refuse`: must not reach
   * the agent at all.
   */
  readonly want: "answer" | "context" | "refuse";
  /** Whether a living listener of a living host had its connection open then and for a moment longer. */
  readonly heard: boolean;
}

/** One agent turn whose message the channel let go of, in the order of adoption. */
export interface Turn {
  readonly accountId: string;
  readonly thread: string;
  readonly text: string;
  /** How often the agent ran for it; more than once only where the host itself recovered it. */
  readonly runs?: number;
  /** The host was killed during it and does not promise an answer. */
  readonly interrupted?: boolean;
}

/** One message an account sent, as Zalo's servers saw it, in their order. */
export interface Delivered {
  readonly accountId: string;
  readonly thread: string;
  readonly text: string;
}

/** One sending call of zca. */
export interface Call {
  readonly accountId: string;
  readonly startedAtMs: number;
  /** Absent: killed, its end is not known. */
  readonly endedAtMs?: number | undefined;
  /** The life of the host it belongs to; the pace is kept within one. */
  readonly life: number;
}

export interface Evidence {
  readonly said: readonly Said[];
  readonly turns: readonly Turn[];
  readonly delivered: readonly Delivered[];
  readonly calls: readonly Call[];
  /** Tokens of turns whose answer was reported to the operator as undeliverable or unknown. */
  readonly reported: ReadonlySet<string>;
  /** Accounts whose status says that something said while nobody listened could not be covered. */
  readonly uncovered: ReadonlySet<string>;
  /** Least pause between two calls of an account, in milliseconds. */
  readonly leastGapMs: number;
  /** Processes, locks and temporary files that should be gone, by name. */
  readonly leftovers: readonly string[];
  /** Memory of the host over time; undefined where the run was too short to tell. */
  readonly memoryGrowthMbPerMinute?: number | undefined;
  /** Growth that a run of minutes may show without meaning a leak. */
  readonly memoryLimitMbPerMinute?: number;
}

export type BreachKind =
  | "lost"
  | "turn doubled"
  | "answer doubled"
  | "unanswered"
  | "wrong conversation"
  | "order"
  | "stranger"
  | "pacing"
  | "leftover"
  | "memory"
  | "unexpected message";

export interface Breach {
  readonly kind: BreachKind;
  readonly what: string;
}

export interface Judgement {
  readonly breaches: readonly Breach[];
  readonly counts: {
    readonly said: number;
    readonly admitted: number;
    readonly turns: number;
    readonly joined: number;
    readonly answered: number;
    readonly reported: number;
    readonly uncovered: number;
    readonly refused: number;
    readonly hostNotices: number;
    readonly interrupted: number;
  };
}

/** Notes one breach. */
export type Report = (kind: BreachKind, what: string) => void;
