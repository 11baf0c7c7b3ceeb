import { readFileSync } from "node:fs";
import { isCode } from "../world/disk.ts";
import type { JournalEnd, JournalStart } from "../world/journal.ts";
import type { Layout } from "../world/layout.ts";

/** A start record with its end, when there is one. `overlaps` names the other call on both sides. */
export type JournalEntry = Omit<JournalStart, "record"> & Partial<Omit<JournalEnd, "record" | "id">>;

export function readJournal(layout: Layout): JournalEntry[] {
  const entries = new Map<string, JournalEntry>();
  for (const record of readRecords(layout.journal)) {
    if (record.record === "start") {
      const { record: _, ...start } = record;
      entries.set(start.id, start);
      for (const id of start.overlaps) {
        const other = entries.get(id);
        if (other !== undefined) entries.set(id, { ...other, overlaps: [...other.overlaps, start.id] });
      }
    } else {
      const { record: _, ...end } = record;
      const start = entries.get(end.id);
      if (start !== undefined) entries.set(end.id, { ...start, ...end });
    }
  }
  return [...entries.values()];
}

function readRecords(file: string): (JournalEnd | JournalStart)[] {
  try {
    const text = readFileSync(file, "utf8");
    return text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as JournalEnd | JournalStart);
  } catch (error) {
    if (isCode(error, "ENOENT")) return [];
    throw error;
  }
}
