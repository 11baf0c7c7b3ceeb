import type { Clock } from "../../supervisor/index.js";
import type { PaceStore } from "./pace-record.js";
import type { PacingSettings } from "./pacing-settings.js";

export interface SendQueueOptions {
  readonly accountId: string;
  readonly clock: Clock;
  /** Random in [0, 1). */
  readonly random: () => number;
  readonly pacing?: Partial<PacingSettings>;
  /** Keeps rests and the budget of calls over restarts. */
  readonly paceStore?: PaceStore;
  /** Zalo said "too many": nothing is sent before this moment, in ms since 1970. Must not throw. */
  readonly onRest?: (untilMs: number) => void;
  /** Calls that may wait; default 500. */
  readonly maxWaiting?: number;
  /** A proactive send that has not started by then is refused; default 60 s. */
  readonly proactiveWaitMs?: number;
  /** "Is typing" is worth nothing later; default 5 s. */
  readonly typingWaitMs?: number;
}
