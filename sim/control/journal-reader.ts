import { readFileSync } from "node:fs";
import { isCode } from "../world/disk.ts";
import type { JournalEnd, JournalStart } from "../world/journal.ts";
import type { Layout } from "../world/layout.ts";

/** A start record with its end, when there is one. `overlaps` names the other call on both sides. */
export type JournalEntry = Omit<JournalStart, "record"> & Partial<Omit<JournalEnd, "record" | "id">>;

export function readJournal(layout: Layout): JournalEntry[] {
  const starts: JournalStart[] = [];
  const ends = new Map<string, JournalEnd>();
  for (const record of readRecords(layout.journal)) {
    if (record.record === "start") starts.push(record);
    else ends.set(record.id, record);
  }
  const overlaps = onBothSides(starts);
  return starts.map((start) => {
    const { record: _record, ...call } = { ...start, ...ends.get(start.id) };
    return { ...call, overlaps: [...(overlaps.get(start.id) ?? [])] };
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
