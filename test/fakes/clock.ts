import type { Clock } from "../../src/supervisor/index.ts";

export interface FakeClock extends Clock {
  /** Lets `ms` pass, running every timer that falls due in order, with promises settled between them. */
  advance(ms: number): Promise<void>;
  /** Timers that are set and not cancelled. */
  readonly pending: number;
}

/** Timers that may run at one moment: a test whose code waits for nothing, again and again, has to fail, not to hang. */
const mostAtOnce = 5_000;

/** A clock that moves only when told. Starts at a fixed moment, so tests read the same every day. */
export function fakeClock(startMs = Date.UTC(2026, 10, 22)): FakeClock {
  let nowMs = startMs;
  let order = 0;
  const timers = new Map<number, { atMs: number; run: () => void }>();

  function nextDue(limitMs: number): [number, { atMs: number; run: () => void }] | undefined {
    let found: [number, { atMs: number; run: () => void }] | undefined;
    for (const entry of timers) {
      if (entry[1].atMs <= limitMs && (found === undefined || entry[1].atMs < found[1].atMs)) found = entry;
    }
    return found;
  }

  return {
    now: () => nowMs,
    setTimeout(run, delayMs) {
      order += 1;
      const id = order;
      timers.set(id, { atMs: nowMs + Math.max(0, delayMs), run });
      return () => void timers.delete(id);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      let standing = 0;
      await settle();
      for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) {
        timers.delete(due[0]);
        standing = due[1].atMs > nowMs ? 0 : standing + 1;
        if (standing > mostAtOnce) throw new Error("The clock stands still: timers of no time follow each other.");
        nowMs = Math.max(nowMs, due[1].atMs);
        due[1].run();
        await settle();
      }
      nowMs = untilMs;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** Lets every promise that can settle without time passing do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
