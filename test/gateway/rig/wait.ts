import { setTimeout as pause } from "node:timers/promises";

/**
 * Polls until `probe` gives something other than undefined, null or false, and returns it; every 50 ms, for costly
 * probes less often. After `timeoutMs` it throws "Waited <n> s for <what>", with what `explain` adds.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  {
    timeoutMs = 120_000,
    intervalMs = 50,
    explain,
  }: { timeoutMs?: number; intervalMs?: number; explain?: () => string | Promise<string> } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() >= deadline) {
      const detail = explain ? `\n${await explain()}` : "";
      throw new Error(`Waited ${timeoutMs / 1000} s for ${what}.${detail}`);
    }
    await pause(intervalMs);
  }
}
