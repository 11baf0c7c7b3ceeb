import type { Clock } from "../../supervisor/index.js";
import type { Pacing } from "./pacing.js";
import type { SendErrand } from "./send-run.js";

/** Where and what a job would say first. */
export interface Saying {
  readonly threadKey?: string;
  readonly repeatKey?: string;
}

/** What has to wait because its text was said to the same conversation a moment ago. */
export interface RepeatHolds {
  isHeld(saying: Saying): boolean;
  /** How much later than usual a job may start at best, behind those that wait already. */
  delayMs(saying: Saying, waiting: Iterable<SendErrand>): number;
  /** When the first of jobs that are all held, and stand behind no other, may go. */
  firstReleaseMs(heads: readonly Saying[]): number;
}

export function createRepeatHolds(pacing: Pacing, clock: Clock): RepeatHolds {
  const untilMs = ({ threadKey = "", repeatKey }: Saying) => pacing.repeatableAtMs(threadKey, repeatKey);
  return {
    isHeld: (saying) => untilMs(saying) > clock.now(),
    delayMs(saying, waiting) {
      const { threadKey, repeatKey } = saying;
      if (repeatKey === undefined) return 0;
      const same = [...waiting].filter(
        (job) => job.threadKey === threadKey && job.repeatKeys?.includes(repeatKey) === true,
      );
      return Math.max(0, untilMs(saying) - clock.now()) + same.length * pacing.repeatMs();
    },
    firstReleaseMs(heads) {
      const releases = heads.map(untilMs);
      // Not only those ahead of now: one may be over since the jobs were looked at, and no moment at all is no timer.
      return Math.min(...releases.filter((atMs) => atMs > Number.NEGATIVE_INFINITY));
    },
  };
}
