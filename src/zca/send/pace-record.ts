import type { PacingSettings } from "./pacing-settings.js";

/** What of a profile's pace outlives the process: a restart must not earn it new sends. Moments in ms since 1970. */
export interface PaceRecord {
  /** End of the last rest after "too many"; 0 when there was none. */
  readonly coolUntilMs: number;
  /** How long the next rest would be. */
  readonly nextCooldownMs: number;
  /** When the calls of the last minute began, oldest first. */
  readonly starts: readonly number[];
}

/** Where it is kept. `write` is called with every send and must not throw. */
export interface PaceStore {
  read(): PaceRecord | undefined;
  write(record: PaceRecord): void;
}

/** The budget of calls is counted over this long. */
export const windowMs = 60_000;

/**
 * A record as it counts now. Moments ahead of now come from a clock that was wrong and would put the queue to sleep for
 * as long; they count as if they were just now.
 */
export function restoredPace(stored: PaceRecord | undefined, nowMs: number, settings: PacingSettings): PaceRecord {
  const { cooldownMs, cooldownMaxMs } = settings;
  if (stored === undefined) return { coolUntilMs: 0, nextCooldownMs: cooldownMs, starts: [] };
  return {
    coolUntilMs: Math.min(stored.coolUntilMs, nowMs + cooldownMaxMs),
    nextCooldownMs: Math.min(Math.max(stored.nextCooldownMs, cooldownMs), cooldownMaxMs),
    starts: stored.starts.filter((at) => at >= nowMs - windowMs).map((at) => Math.min(at, nowMs)),
  };
}
