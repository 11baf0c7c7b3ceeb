/** What two ways of doing the same took, sample by sample: `ours[i]` was measured next to `theirs[i]`. */
export interface Pairs {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

type Measure = () => number | Promise<number>;

/**
 * Measures both in turn, so that a machine that slows down slows both down. Who goes first changes with every pair,
 * or the second would always find warm caches.
 */
export async function measurePairs(count: number, warmUp: number, ours: Measure, theirs: Measure): Promise<Pairs> {
  const pairs = { ours: [] as number[], theirs: [] as number[] };
  for (let index = -warmUp; index < count; index += 1) {
    const order = index % 2 === 0 ? (["ours", "theirs"] as const) : (["theirs", "ours"] as const);
    for (const side of order) {
      const sample = await (side === "ours" ? ours() : theirs());
      if (index >= 0) pairs[side].push(sample);
    }
  }
  return pairs;
}

/** Combines each sample of ours with the one measured beside it. */
export function pairwise({ ours, theirs }: Pairs, combine: (ours: number, theirs: number) => number): number[] {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} samples stand beside ${theirs.length}.`);
  return ours.map((value, index) => combine(value, theirs[index] ?? Number.NaN));
}
