import type { Mutation } from "../breaks.ts";

/**
 * Two pauses of the plugin that are longer than the whole run, shortened in a copy of what was built: ten minutes between
 * two runs of reading back, half an hour between two renewals for it. Everything else waits as long as it does in life.
 */
export const quicker: readonly Mutation[] = [
  { file: "policy/catch-up.js", find: "spacingMs: 10 * 60_000", replace: "spacingMs: 15_000" },
  { file: "channel/catchup/later.js", find: "PAUSE_SPACING_MS = 30 * 60_000", replace: "PAUSE_SPACING_MS = 15_000" },
];
