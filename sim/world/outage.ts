import { readJson } from "./disk.ts";
import type { Layout } from "./layout.ts";

/** Whether the network is down right now; `network.ts` cuts and mends it. */
export function isCutOff(layout: Layout): boolean {
  return Date.now() < readJson(layout.outage, { until: 0 }).until;
}
