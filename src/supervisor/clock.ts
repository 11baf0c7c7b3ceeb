/** Time as a parameter, so that a day of backoff passes in a test within milliseconds. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels it. */
  setTimeout(run: () => void, delayMs: number): () => void;
}

/** Longest delay a JavaScript timer keeps; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout(run, delayMs) {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), longestTimerMs));
    return () => clearTimeout(timer);
  },
};

/** Ends early, and without an error, when the signal fires. */
export async function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  const cancel = clock.setTimeout(end, ms);
  signal.addEventListener("abort", end);
  await promise;
  cancel();
  signal.removeEventListener("abort", end);
}
