import { readFileSync } from "node:fs";
import { isCode } from "../world/disk.ts";
import type { JournalEnd, JournalFault, JournalStart } from "../world/journal.ts";
import type { Layout } from "../world/layout.ts";

/** A start record with its end, when there is one. `overlaps` names the other call on both sides. */
export type JournalEntry = Omit<JournalStart, "record"> &
  Partial<Omit<JournalEnd, "record" | "id">> & {
    /** Indexes in the control file of the faults that struck so far. */
    readonly faults: readonly number[];
  };

export function readJournal(layout: Layout): JournalEntry[] {
  const starts: JournalStart[] = [];
  const ends = new Map<string, JournalEnd>();
  const struck = new Map<string, number[]>();
  for (const record of readRecords(layout.journal)) {
    if (record.record === "start") starts.push(record);
    else if (record.record === "end") ends.set(record.id, record);
    else struck.set(record.id, [...(struck.get(record.id) ?? []), record.fault]);
  }
  const overlaps = onBothSides(starts);
  return starts.map((start) => {
    const { record: _record, ...call } = { ...start, ...ends.get(start.id) };
    return { ...call, overlaps: [...(overlaps.get(start.id) ?? [])], faults: struck.get(start.id) ?? [] };
  });
}

/** Of two calls that start together one sees the other, or both do, in either order of their records. */
function onBothSides(starts: readonly JournalStart[]): Map<string, Set<string>> {
  const sides = new Map(starts.map((start) => [start.id, new Set(start.overlaps)]));
  for (const start of starts) {
    for (const id of start.overlaps) sides.get(id)?.add(start.id);
  }
  return sides;
}

type JournalRecord = JournalEnd | JournalFault | JournalStart;

function readRecords(file: string): JournalRecord[] {
  try {
    const text = readFileSync(file, "utf8");
    return text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as JournalRecord);
  } catch (error) {
    if (isCode(error, "ENOENT")) return [];
    throw error;
  }
}
