export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
  /** The life of the host it was taken in. */
  readonly life: number;
}

/** A life shorter than this is still warming up. */
const shortestMs = 120_000;

/** Growth in MB a minute over the second half of the longest life; undefined when no life was long enough to tell. */
export function growthMbPerMinute(samples: readonly Sample[]): number | undefined {
  const lives = [...Map.groupBy(samples, ({ life }) => life).values()];
  const longest = lives.toSorted((a, b) => spanOf(b) - spanOf(a))[0] ?? [];
  if (spanOf(longest) < shortestMs) return undefined;
  const half = longest.slice(Math.floor(longest.length / 2));
  return (slope(half.map(({ atMs, bytes }) => [atMs, bytes])) * 60_000) / 2 ** 20;
}

function spanOf(samples: readonly Sample[]): number {
  return (samples.at(-1)?.atMs ?? 0) - (samples[0]?.atMs ?? 0);
}

/** Of the line that fits best. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const under = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return under === 0 ? 0 : over / under;
}
