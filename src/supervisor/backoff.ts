import type { SupervisorSettings } from "./settings.js";

/** Delay before the next start after `failures` failures in a row (1 = the first). `roll` is random in [0, 1). */
export function retryDelayMs(failures: number, roll: number, settings: SupervisorSettings): number {
  const doublings = Math.min(Math.max(failures, 1) - 1, 30);
  const ceiling = Math.min(settings.retryCapMs, settings.retryFirstMs * 2 ** doublings);
  // Half fixed, half random: never a tight loop, and accounts that fell together do not rise together.
  return Math.round(ceiling * (0.5 + roll / 2));
}

/** Delay while another process holds the profile: a few short waits, then slow ones. */
export function lockDelayMs(failures: number, roll: number, settings: SupervisorSettings): number {
  const steps = settings.lockRetriesMs;
  const step = steps[Math.min(Math.max(failures, 1), steps.length) - 1] ?? settings.retryCapMs;
  return Math.round(step * (0.8 + roll * 0.2));
}

/** What an account in trouble (evicted, kicked, or never connecting) has already tried. Kept on disk: a restart must not earn new tries. */
export interface SlowBudget {
  /** Start times of the listeners that count, oldest first. */
  readonly tries: readonly number[];
  /** Evictions, kicks and slow failures in a row without a healthy connection between them; 0 = the account is not in trouble. */
  readonly streak: number;
  /** No start before this moment while `streak` is above 0. */
  readonly notBeforeMs: number;
}

export const freshBudget: SlowBudget = { tries: [], streak: 0, notBeforeMs: 0 };

/** Adds one start to the budget, once, and forgets those outside the window. */
export function countTry(budget: SlowBudget, startedAtMs: number, settings: SupervisorSettings): SlowBudget {
  const recent = budget.tries.filter((at) => at >= startedAtMs - settings.slowWindowMs && at !== startedAtMs);
  return { ...budget, tries: [...recent, startedAtMs] };
}

/** The budget after one more eviction or kick, with the moment of the next try in it. */
export function afterEviction(
  budget: SlowBudget,
  nowMs: number,
  roll: number,
  settings: SupervisorSettings,
): SlowBudget {
  const streak = budget.streak + 1;
  const [min, max] =
    streak === 1
      ? [settings.slowFirstMinMs, settings.slowFirstMaxMs]
      : [settings.slowNextMinMs, settings.slowNextMaxMs];
  const wanted = nowMs + Math.round(min + roll * (max - min));
  return { ...budget, streak, notBeforeMs: earliestTryMs(budget, wanted, settings) };
}

/** The budget after so many starts without a connection that the quick tries are used up. */
export function afterFruitlessStart(
  budget: SlowBudget,
  nowMs: number,
  roll: number,
  settings: SupervisorSettings,
): SlowBudget {
  return afterEviction({ ...budget, streak: Math.max(1, budget.streak) }, nowMs, roll, settings);
}

/** The first moment from `wantedMs` on at which a try keeps every window within its limit. */
export function earliestTryMs(budget: SlowBudget, wantedMs: number, settings: SupervisorSettings): number {
  const recent = budget.tries.filter((at) => at >= wantedMs - settings.slowWindowMs);
  if (recent.length < settings.slowTries) return wantedMs;
  const leaving = recent[recent.length - settings.slowTries] ?? wantedMs;
  // One past the window: a try at each of its two ends would still be one too many.
  return leaving + settings.slowWindowMs + 1;
}
