export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
  /** The life of the host it was taken in. */
  readonly life: number;
}

/** After a start memory grows because everything is used for the first time. */
const warmUpMs = 30_000;
/** Nearer samples tell more of the turns that run just then than of growth. */
const leastApartMs = 40_000;
/** Fewer comparisons than these tell nothing. */
const leastComparisons = 10;

/**
 * Growth in MB a minute: the middle one of what any two samples of one life say (Theil and Sen), for what is in use swings by
 * tens of megabytes with the turns that run. Undefined when the lives were too short to tell.
 */
export function growthMbPerMinute(samples: readonly Sample[]): number | undefined {
  const lives = [...Map.groupBy(samples, ({ life }) => life).values()];
  const slopes = lives.flatMap(slopesIn).toSorted((a, b) => a - b);
  if (slopes.length < leastComparisons) return undefined;
  const middle = slopes[Math.floor(slopes.length / 2)] ?? 0;
  return (middle * 60_000) / 2 ** 20;
}

/** Bytes a millisecond. */
function slopesIn(life: readonly Sample[]): number[] {
  const startMs = life[0]?.atMs ?? 0;
  const warm = life.filter(({ atMs }) => atMs - startMs >= warmUpMs);
  return warm.flatMap((later, index) =>
    warm.slice(0, index).flatMap((earlier) => {
      const apartMs = later.atMs - earlier.atMs;
      return apartMs < leastApartMs ? [] : [(later.bytes - earlier.bytes) / apartMs];
    }),
  );
}
