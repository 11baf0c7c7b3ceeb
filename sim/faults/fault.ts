import type { FaultEffect } from "./effects.ts";

/** One fault of the control file: which calls it meets and what happens to them. */
export interface Fault {
  readonly match?: FaultMatch;
  readonly effect: FaultEffect;
}

export function fault(match: FaultMatch, effect: FaultEffect): Fault {
  return { match, effect };
}

export interface FaultMatch {
  /** Command path such as `msg send`; absent = every command. */
  readonly command?: string;
  readonly profile?: string;
  /** Only the nth matching call (for delivery and stdout faults of `listen`: the nth message line), counted from 1 and across processes. */
  readonly nth?: number;
  readonly every?: number;
  /** Only the first n. */
  readonly first?: number;
  /** Seeded probability between 0 and 1. */
  readonly chance?: number;
}
