/** The value below which this share (0 to 1) of the samples lies, interpolated; throws when there are none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) throw new Error("A row brought no samples; nothing can be said of it.");
  return low + (high - low) * (at - Math.floor(at));
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Tenth and ninetieth percentile. */
export function spread(samples: readonly number[]): readonly [number, number] {
  return [percentile(samples, 0.1), percentile(samples, 0.9)];
}
