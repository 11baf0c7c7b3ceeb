import type { Clock } from "../supervisor/index.js";

/** Settles after `ms`, or as soon as the signal fires. */
export function passed(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      cancel();
      signal.removeEventListener("abort", settle);
      resolve();
    };
    const cancel = clock.setTimeout(settle, ms);
    signal.addEventListener("abort", settle, { once: true });
    if (signal.aborted) settle();
  });
}
