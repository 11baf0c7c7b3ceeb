import type { JournalLine, RowHead } from "./entry.js";
import type { Rows } from "./rows.js";

/**
 * Which rows this run of the account received itself and has not settled; whatever else waits was left over by a run
 * before. Known by id: the numbers of rows change whenever the journal moves between its file and memory.
 */
export function openArrivals() {
  const ids = new Set<string>();
  return {
    has: (id: string): boolean => ids.has(id),
    /** Appends within the caller's transaction; undefined when the line is new. */
    append(rows: Rows, line: JournalLine, nowMs: number): RowHead | undefined {
      const known = rows.append(line, nowMs);
      if (known === undefined) ids.add(line.id);
      return known;
    },
    forget: (id: string): void => void ids.delete(id),
    /** From here on everything that waits is left over. */
    clear: (): void => ids.clear(),
  };
}

export type Arrivals = ReturnType<typeof openArrivals>;
