/** Numbers that come out the same for the same seed. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
}

/** Mulberry32: 32 bits of state are plenty for choosing which process to kill. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    pick(list) {
      const [first] = list;
      if (first === undefined) throw new Error("There is nothing to pick from.");
      return list[below(list.length)] ?? first;
    },
  };
}
