import { setTimeout as pause } from "node:timers/promises";

/** Looks every few milliseconds until there is an answer; the error names what did not come. */
export async function waitFor<T>(what: string, look: () => T | undefined, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await pause(15);
  }
}
