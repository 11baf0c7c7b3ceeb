export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
  /** The life of the host it was taken in. */
  readonly life: number;
}

/** A life shorter than this is still warming up. */
const shortestMs = 120_000;
/** What is not collected yet says nothing: of each stretch the least counts. */
const stretchMs = 20_000;

/**
 * Growth in MB a minute over the second half of a life. A collection that has yet to come looks like growth, so the life
 * that grew least counts: what leaks does so in every one. Undefined when no life was long enough to tell.
 */
export function growthMbPerMinute(samples: readonly Sample[]): number | undefined {
  const lives = [...Map.groupBy(samples, ({ life }) => life).values()].filter((own) => spanOf(own) >= shortestMs);
  return lives.length === 0 ? undefined : Math.min(...lives.map(growthIn));
}

function growthIn(life: readonly Sample[]): number {
  const half = life.slice(Math.floor(life.length / 2));
  const stretches = [...Map.groupBy(half, ({ atMs }) => Math.floor(atMs / stretchMs)).values()];
  const least = stretches.map((samples) => samples.reduce((a, b) => (b.bytes < a.bytes ? b : a)));
  return (slope(least.map(({ atMs, bytes }) => [atMs, bytes])) * 60_000) / 2 ** 20;
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
