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

/** What an account has already tried. Kept on disk: a restart must not earn new tries. */
export interface SlowBudget {
  /** Start times of the listeners of an account in trouble (evicted, kicked, or never connecting), oldest first. */
  readonly tries: readonly number[];
  /** Evictions, kicks and slow failures in a row without a healthy connection between them; 0 = the account is not in trouble. */
  readonly streak: number;
  /** No start before this moment while `streak` is above 0. */
  readonly notBeforeMs: number;
  /** Times of all starts within the window that may have cost a login, oldest first. */
  readonly starts: readonly number[];
  /** Starts in a row that may have cost a login and have not connected (yet). */
  readonly fruitless: number;
}

export const freshBudget: SlowBudget = { tries: [], streak: 0, notBeforeMs: 0, starts: [], fruitless: 0 };

/** Counts a start before it happens: a gateway killed in the middle of it has still used it. */
export function countStart(budget: SlowBudget, nowMs: number, settings: SupervisorSettings): SlowBudget {
  const starts = [...budget.starts.filter((at) => at > nowMs - settings.slowWindowMs), nowMs];
  return { ...budget, starts, fruitless: budget.fruitless + 1 };
}

/** Takes back what the start that just ended without a connection was counted for. */
export function uncountStart(budget: SlowBudget, { costless }: { readonly costless: boolean }): SlowBudget {
  const starts = costless ? budget.starts.slice(0, -1) : budget.starts;
  return { ...budget, starts, fruitless: Math.max(0, budget.fruitless - 1) };
}

/** The first moment from `nowMs` on at which one more start keeps every window within the ceiling. */
export function earliestStartMs(budget: SlowBudget, nowMs: number, settings: SupervisorSettings): number {
  const recent = budget.starts.filter((at) => at > nowMs - settings.slowWindowMs);
  const leaving = recent[recent.length - settings.startCeiling];
  return leaving === undefined ? nowMs : leaving + settings.slowWindowMs;
}

/**
 * A budget as read from disk. Times ahead of now come from a clock that was wrong; they would hold the account for
 * years. So many starts without a word of their end were cut short by a gateway that was killed: they count as failures.
 */
export function restoredBudget(stored: SlowBudget, nowMs: number, settings: SupervisorSettings): SlowBudget {
  const past = (times: readonly number[]) => times.filter((at) => at <= nowMs);
  const longestMs = nowMs + Math.max(settings.slowWindowMs, settings.slowNextMaxMs) + 1;
  const known: SlowBudget = {
    ...stored,
    tries: past(stored.tries),
    starts: past(stored.starts),
    notBeforeMs: Math.min(stored.notBeforeMs, longestMs),
  };
  const budget = restartCounted(known, nowMs, settings);
  if (budget.streak > 0 || budget.fruitless < settings.quickStarts) return budget;
  const lastMs = budget.starts.at(-1) ?? nowMs;
  return { ...budget, tries: budget.starts, streak: 1, notBeforeMs: lastMs + settings.slowNextMinMs };
}

/**
 * Of an account that was evicted or kicked within the hour every start since then is a try, and the one that a restart of
 * the gateway makes now is one more, however well the last connection did until the stop.
 */
function restartCounted(budget: SlowBudget, nowMs: number, settings: SupervisorSettings): SlowBudget {
  const recent = budget.tries.filter((at) => at >= nowMs - settings.slowWindowMs);
  const [first] = recent;
  if (first === undefined) return budget;
  const since = budget.starts.filter((at) => at >= first);
  const counted = { ...budget, tries: [...new Set([...recent, ...since])].sort((a, b) => a - b) };
  const untilMs = earliestTryMs(counted, nowMs, settings);
  if (untilMs <= nowMs) return counted;
  return { ...counted, streak: Math.max(1, budget.streak), notBeforeMs: Math.max(budget.notBeforeMs, untilMs) };
}

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
