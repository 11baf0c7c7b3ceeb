import { describeUncovered, type CatchUpCounts } from "./counts.js";

export interface RunReport {
  /** Since when something was missing, ms since 1970. */
  readonly sinceMs: number;
  readonly counts: CatchUpCounts;
  /** Why conversations could not be read, without ids or message text. */
  readonly problems: readonly string[];
}

export interface ReportLog {
  info(message: string): void;
  warn(message: string): void;
}

/** Tells the log, once per run, what was read back and what may still be missing. */
export function tellRun(log: ReportLog, configPath: string, { sinceMs, counts, problems }: RunReport): void {
  const { read, found, contextOnly } = counts;
  const since = new Date(sinceMs).toISOString();
  const context = contextOnly === 0 ? "" : `, ${contextOnly} of them already answered by the owner`;
  log.info(`read ${read} conversation(s) back for what was missed since ${since}: ${found} message(s)${context}`);
  const uncovered = [...describeUncovered(counts, configPath), ...problems];
  if (uncovered.length > 0) log.warn(`messages since ${since} may be missing: ${uncovered.join(" ")}`);
}
