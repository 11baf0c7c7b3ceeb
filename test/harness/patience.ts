import type { BreakName } from "./breaks.ts";
import type { Judgement } from "./evidence-types.ts";

/** A promise was seen broken: whoever only wants to know whether one is need not wait for the rest. */
export class BreachSeen extends Error {
  readonly judgement: Judgement;
  constructor(judgement: Judgement) {
    super(judgement.breaches.map(({ kind, what }) => `${kind}: ${what}`).join("\n"));
    this.judgement = judgement;
  }
}

export interface Patience {
  /** Throws `BreachSeen` when there is nothing left to hope for. */
  look(judgement: Judgement, isBusy: boolean): void;
}

/** What is lost may yet be found, as long as somebody works; where nothing is kept, not for long after that. */
const idleMs = 8000;

/**
 * With a promise switched off on purpose the first breach says it all; without one, everything gets its time. So does what
 * is missing, unless it is the very promise that nothing shall be.
 */
export function createPatience(broken?: BreakName, now: () => number = () => performance.now()): Patience {
  let idleSinceMs = now();
  return {
    look(judgement, isBusy) {
      if (broken === undefined) return;
      if (isBusy) idleSinceMs = now();
      const missing = judgement.breaches.filter(({ kind }) => kind === "lost" || kind === "unanswered");
      // What cannot be mended any more; what has not come yet says nothing.
      const final = judgement.breaches.filter((breach) => !missing.includes(breach));
      if (final.length > 0) throw new BreachSeen({ ...judgement, breaches: final });
      if (broken === "journal" && missing.length > 0 && now() - idleSinceMs >= idleMs) throw new BreachSeen(judgement);
    },
  };
}
