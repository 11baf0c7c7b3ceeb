import type { CataloguedFault } from "./catalog/entry.ts";
import { locks, systems } from "./catalog/machine.ts";
import { exits, hanging, starts } from "./catalog/processes.ts";
import { histories, servers, sessions } from "./catalog/servers.ts";
import { deliveries, stderrDamages, stdoutDamages } from "./catalog/streams.ts";

export type { CataloguedFault, FaultRow } from "./catalog/entry.ts";

/** Every row and variant of the fault table of contract 12, ready to be staged. */
export const faultCatalog: readonly CataloguedFault[] = [
  ...starts,
  ...exits,
  ...hanging,
  ...stdoutDamages,
  ...stderrDamages,
  ...deliveries,
  ...sessions,
  ...servers,
  ...systems,
  ...locks,
  ...histories,
];
