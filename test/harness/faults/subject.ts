import type { Staged } from "../../../sim/control/catalog/entry.ts";
import type { CataloguedFault } from "../../../sim/control/fault-catalog.ts";
import type { CastAccount } from "../cast.ts";
import type { Place } from "./told.ts";

/** One account in its trouble, and what is known of it so far. */
export interface Subject {
  readonly fault: CataloguedFault;
  readonly account: CastAccount;
  readonly staged: Staged;
  /** What the operator could read, and where. */
  readonly told: Map<string, Place>;
  needsLogin: boolean;
  unused: boolean;
  /** Its listener was killed to make the fault come. */
  endedByUs: boolean;
  doneAtMs: number | undefined;
  struck: boolean;
}
