/** Lets so many in at once. Whoever is inside may step out for a while and has to queue to come back. */
export interface Gate {
  enter(): Promise<void>;
  leave(): void;
  outside<T>(work: () => Promise<T>): Promise<T>;
}

export function openGate(places: number): Gate {
  const queue: (() => void)[] = [];
  let free = places;
  const gate: Gate = {
    async enter() {
      if (free > 0) {
        free -= 1;
        return;
      }
      await new Promise<void>((resolve) => queue.push(resolve));
    },
    leave() {
      const next = queue.shift();
      if (next === undefined) free += 1;
      else next();
    },
    async outside(work) {
      gate.leave();
      try {
        return await work();
      } finally {
        await gate.enter();
      }
    },
  };
  return gate;
}
