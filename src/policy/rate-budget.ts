export interface RateBudget {
  /** Takes one if the budget of the last `windowMs` has one left. */
  take(nowMs: number): boolean;
}

/** At most `limit` of something in any `windowMs`. */
export function createRateBudget({
  limit,
  windowMs,
}: {
  readonly limit: number;
  readonly windowMs: number;
}): RateBudget {
  let taken: number[] = [];
  return {
    take(nowMs) {
      taken = taken.filter((atMs) => nowMs - atMs < windowMs);
      if (taken.length >= limit) return false;
      taken.push(nowMs);
      return true;
    },
  };
}
