import type { Clock } from "../../supervisor/index.js";

/** Calls that may come between two tries of a message. */
export interface Meanwhile {
  open(): void;
  /** Nothing more may start; settles when nothing runs. */
  close(): Promise<void>;
  /** Something may have come that could run. */
  look(): void;
}

export interface MeanwhileParts<T> {
  readonly clock: Clock;
  readonly next: () => T | undefined;
  /** When the pace allows it, in ms since 1970. */
  readonly readyAtMs: (job: T) => number;
  readonly run: (job: T) => Promise<void>;
}

/** Runs one job after the other as long as it is open. */
export function createMeanwhile<T>({ clock, next, readyAtMs, run }: MeanwhileParts<T>): Meanwhile {
  let isOpen = false;
  let running: Promise<void> | undefined;
  let cancel = () => {};

  function look(): void {
    cancel();
    const job = isOpen && running === undefined ? next() : undefined;
    if (job === undefined) return;
    const delayMs = readyAtMs(job) - clock.now();
    if (delayMs > 0) {
      cancel = clock.setTimeout(look, delayMs);
      return;
    }
    running = run(job).then(() => {
      running = undefined;
      look();
    });
  }

  return {
    look,
    open() {
      isOpen = true;
      look();
    },
    async close() {
      isOpen = false;
      cancel();
      await running;
    },
  };
}
