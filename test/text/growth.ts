const longChars = 100_000;
const pieces = 16;
/** The clock of a thread goes in steps of some milliseconds; less than this is not told from nothing. */
const floorMs = 20;

/** Well between linear (1) and quadratic (16). */
export const linearGrowth = 5;

/**
 * How much more work one long text is than 16 short ones of the same length together: 1 when linear, 16 when
 * quadratic. Both are measured in the same run, and in processor time of this thread, so that neither a slow nor a
 * busy machine changes much.
 */
export function growthOf(work: (chars: number) => void): number {
  const apart = leastMs(() => {
    for (let piece = 0; piece < pieces; piece += 1) work(longChars / pieces);
  });
  return leastMs(() => work(longChars)) / apart;
}

/** The least of three, since everything that disturbs only prolongs. */
function leastMs(work: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.max(floorMs, Math.min(...times));
}
