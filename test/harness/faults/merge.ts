import type { Fault, World } from "../../../sim/control.ts";
import { readJson } from "../../../sim/world/disk.ts";
import { layoutOf } from "../../../sim/world/layout.ts";

/** One world has one list of faults, and staging one replaces it: this keeps those of all subjects, and who has which. */
export function mergeFaults(world: World) {
  const all: { readonly fault: Fault; readonly owner: number }[] = [];
  let owner = -1;
  let isStaging = true;
  return {
    world: {
      ...world,
      setFaults(faults: readonly Fault[]) {
        if (isStaging) all.push(...faults.map((fault) => ({ fault, owner })));
      },
    },
    /** Stages for one subject. */
    of<T>(index: number, stage: () => T): T {
      owner = index;
      return stage();
    },
    strike() {
      isStaging = false;
      world.setFaults(all.map(({ fault }) => fault));
    },
    /** Whether a call has met a fault of this subject; what was set up from outside always has. */
    hasStruck(index: number): boolean {
      const counts = readJson<Record<string, number>>(layoutOf(world.home).claims, {});
      const own = all.flatMap(({ fault, owner: whose }, place) => (whose === index ? [{ fault, place }] : []));
      if (own.length === 0) return true;
      return own.some(
        ({ fault, place }) => (counts[String(place)] ?? 0) >= (fault.match?.nth ?? fault.match?.every ?? 1),
      );
    },
    end: () => world.setFaults([]),
  };
}
