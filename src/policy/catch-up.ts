/** A stretch of time in which messages may have been missed. Times in ms since 1970. */
export interface Gap {
  readonly fromMs: number;
  /** When it was listened again; absent while nobody listens. */
  readonly toMs?: number | undefined;
}

/** What is left to read back, kept on disk: a restart must neither forget a gap nor earn new calls. */
export interface Coverage {
  /** Oldest first; none that ended before the age fence. */
  readonly gaps: readonly Gap[];
  /** Up to when a conversation was read back, by conversation. */
  readonly covered: Readonly<Record<string, number>>;
  /** When the last run made its last call. */
  readonly lastRunAtMs: number;
  /** Times of the calls of the last day, oldest first. */
  readonly calls: readonly number[];
}

/** A conversation that may hold missed messages. */
export interface Candidate {
  /** `user:<id>` or `group:<id>`. */
  readonly lane: string;
  /** When something was last heard in it. */
  readonly lastAtMs: number;
}

export interface CatchUpRules {
  /** Most conversations of one run. */
  readonly maxConversations: number;
  /** What is older is not read back. */
  readonly maxAgeMs: number;
}

export const noCoverage: Coverage = { gaps: [], covered: {}, lastRunAtMs: 0, calls: [] };

export const catchUpLimits = {
  /** Between two runs: gaps that come close together are read back as one. */
  spacingMs: 10 * 60_000,
  /** Every call is a login. */
  callsPerHour: 20,
  callsPerDay: 100,
  /**
   * A shorter gap, such as a renewal of the connection with its reading back, concerns only conversations that were alive
   * around it. A gateway that was killed and started again, or a listener that failed twice, takes longer.
   */
  shortMs: 30_000,
  aliveMs: 10 * 60_000,
  /** Gaps that are remembered; beyond that the two that lie closest become one. */
  maxGaps: 64,
} as const;

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** Adds a gap. While one is open already it only reaches further back. */
export function withGap(coverage: Coverage, gap: Gap): Coverage {
  const last = coverage.gaps.at(-1);
  if (last === undefined || last.toMs !== undefined) return { ...coverage, gaps: bounded([...coverage.gaps, gap]) };
  const fromMs = Math.min(last.fromMs, gap.fromMs);
  return { ...coverage, gaps: [...coverage.gaps.slice(0, -1), { fromMs }] };
}

/** It is listened again. */
export function withGapEnded(coverage: Coverage, nowMs: number): Coverage {
  const last = coverage.gaps.at(-1);
  if (last === undefined || last.toMs !== undefined) return coverage;
  return { ...coverage, gaps: [...coverage.gaps.slice(0, -1), { fromMs: last.fromMs, toMs: nowMs }] };
}

/** A conversation was read back: everything in it up to `atMs` is known. */
export function withCovered(coverage: Coverage, lane: string, atMs: number): Coverage {
  const until = Math.max(atMs, coverage.covered[lane] ?? 0);
  return { ...coverage, covered: { ...coverage.covered, [lane]: until } };
}

/** A call of a run leaves now. */
export function withCall(coverage: Coverage, nowMs: number): Coverage {
  return { ...coverage, lastRunAtMs: nowMs, calls: [...coverage.calls.filter((at) => at > nowMs - dayMs), nowMs] };
}

/** A run that reached nobody does not count as one. */
export function withoutRun(coverage: Coverage, previousRunAtMs: number): Coverage {
  return { ...coverage, lastRunAtMs: previousRunAtMs };
}

/** What is missing in one conversation. */
export interface Outstanding extends Candidate {
  /** Start of the oldest part that is missing. */
  readonly sinceMs: number;
  /** End of the newest part; undefined while nobody listens. What was said later was said to the listener. */
  readonly toMs: number | undefined;
  /** More is missing than the moments between reading back and the connection of that same start. */
  readonly isDue: boolean;
}

/**
 * The conversations with something missing, those heard of last first. `startedMs`: when the present start of the
 * listener began. What was read before and not since was read for a start that failed, and is due again.
 */
export function outstanding(
  coverage: Coverage,
  candidates: readonly Candidate[],
  nowMs: number,
  { maxAgeMs }: Pick<CatchUpRules, "maxAgeMs">,
  startedMs = Number.NEGATIVE_INFINITY,
): Outstanding[] {
  const gaps = coverage.gaps.filter((gap) => !isBeyond(gap, nowMs - maxAgeMs));
  const young = { ...coverage, gaps };
  const found = candidates.flatMap((candidate) => {
    const missing = missingIn(young, candidate, nowMs);
    if (missing.length === 0) return [];
    const sinceMs = Math.min(...missing.map(({ fromMs }) => fromMs));
    const isDue = missing.some(({ fromMs }) => fromMs > (coverage.covered[candidate.lane] ?? 0) || fromMs < startedMs);
    return [{ ...candidate, sinceMs, toMs: endOf(young), isDue }];
  });
  return found.toSorted((a, b) => b.lastAtMs - a.lastAtMs);
}

export interface Plan {
  readonly ask: readonly Outstanding[];
  /** Conversations that have to wait for a later run. */
  readonly waiting: number;
  /** When the next run may begin, if something waits. */
  readonly notBeforeMs?: number;
}

/** Which conversations to read back now. Of the running run only the number of calls is limited. */
export function planCatchUp(
  coverage: Coverage,
  missing: readonly Outstanding[],
  nowMs: number,
  { maxConversations }: Pick<CatchUpRules, "maxConversations">,
  askedInRun?: number,
): Plan {
  const spacedMs = askedInRun === undefined ? coverage.lastRunAtMs + catchUpLimits.spacingMs : nowMs;
  const allowed = nowMs < spacedMs ? 0 : Math.min(maxConversations - (askedInRun ?? 0), callsLeft(coverage, nowMs));
  const ask = missing.slice(0, Math.max(0, allowed));
  const waiting = missing.length - ask.length;
  if (waiting === 0) return { ask, waiting };
  const nextRunMs = (ask.length > 0 ? nowMs : coverage.lastRunAtMs) + catchUpLimits.spacingMs;
  return { ask, waiting, notBeforeMs: Math.max(nextRunMs, callAllowedMs(coverage, nowMs)) };
}

/** Forgets gaps that ended before the age fence. `givenUp` = conversations with a part that nobody read back, newest first. */
export function retired<T extends Candidate>(
  coverage: Coverage,
  candidates: readonly T[],
  nowMs: number,
  { maxAgeMs }: Pick<CatchUpRules, "maxAgeMs">,
): { readonly coverage: Coverage; readonly givenUp: readonly T[] } {
  const fenceMs = nowMs - maxAgeMs;
  const lost = { ...coverage, gaps: coverage.gaps.filter((gap) => isBeyond(gap, fenceMs)) };
  if (lost.gaps.length === 0) return { coverage, givenUp: [] };
  const gaps = coverage.gaps.filter((gap) => !isBeyond(gap, fenceMs));
  const givenUp = candidates
    .filter((candidate) => missingIn(lost, candidate, nowMs).length > 0)
    .toSorted((a, b) => b.lastAtMs - a.lastAtMs);
  const oldestMs = Math.min(...gaps.map(({ fromMs }) => fromMs));
  const covered = Object.fromEntries(Object.entries(coverage.covered).filter(([, untilMs]) => untilMs > oldestMs));
  return { coverage: { ...coverage, gaps, covered }, givenUp };
}

function endOf({ gaps }: Coverage): number | undefined {
  return gaps.at(-1)?.toMs;
}

/** The parts of gaps nobody has read back in this conversation, oldest first. */
function missingIn(coverage: Coverage, { lane, lastAtMs }: Candidate, nowMs: number): Gap[] {
  const knownMs = coverage.covered[lane] ?? 0;
  return coverage.gaps.flatMap((gap) => {
    const fromMs = Math.max(gap.fromMs, knownMs);
    const toMs = gap.toMs ?? nowMs;
    if (gap.toMs !== undefined && toMs <= fromMs) return [];
    const isShort = toMs - fromMs < catchUpLimits.shortMs;
    // A conversation that slept on both sides of a moment's silence is not worth a login.
    return isShort && lastAtMs < fromMs - catchUpLimits.aliveMs ? [] : [{ fromMs, toMs }];
  });
}

function callsLeft({ calls }: Coverage, nowMs: number): number {
  const since = (ms: number) => calls.filter((at) => at > nowMs - ms).length;
  return Math.min(catchUpLimits.callsPerHour - since(hourMs), catchUpLimits.callsPerDay - since(dayMs));
}

/** The first moment from now on at which one more call keeps both limits. */
function callAllowedMs({ calls }: Coverage, nowMs: number): number {
  const leaving = (limit: number, ms: number) => (calls.at(-limit) ?? Number.NEGATIVE_INFINITY) + ms;
  return Math.max(nowMs, leaving(catchUpLimits.callsPerHour, hourMs), leaving(catchUpLimits.callsPerDay, dayMs));
}

function isBeyond({ toMs }: Gap, fenceMs: number): boolean {
  return toMs !== undefined && toMs <= fenceMs;
}

/** Two gaps become one with what lies between them: reading back too much costs nothing, forgetting a gap does. */
function bounded(gaps: readonly Gap[]): readonly Gap[] {
  if (gaps.length <= catchUpLimits.maxGaps) return gaps;
  let closest = 0;
  const distance = (index: number) => (gaps[index + 1]?.fromMs ?? Infinity) - (gaps[index]?.toMs ?? -Infinity);
  for (let index = 1; index < gaps.length - 1; index += 1) if (distance(index) < distance(closest)) closest = index;
  const [before, behind] = [gaps[closest], gaps[closest + 1]];
  if (before === undefined || behind === undefined) return gaps;
  const merged = { ...behind, fromMs: before.fromMs };
  return [...gaps.slice(0, closest), merged, ...gaps.slice(closest + 2)];
}
