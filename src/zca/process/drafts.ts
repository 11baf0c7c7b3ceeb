import { readdirSync } from "node:fs";
import path from "node:path";
import { removeFile, tryRemove, type Remove } from "./remove.js";
import { type ProcessTable, systemProcessTable } from "./process-table.js";

const draftName = /\.(\d+)\.tmp$/u;

/** Where this process writes a file before it is renamed into place, so that nobody ever reads half of one. */
export function draftOf(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

/** Whether a file of this name is a draft whose writer was killed over it. This process writes and renames in one go. */
export function isAbandonedDraft(name: string, table: ProcessTable = systemProcessTable): boolean {
  const writer = Number(draftName.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(writer)) return false;
  return writer === process.pid || table.describe(writer) === undefined;
}

/** Removes what killed processes left half written in the folder; a disk that does not let go of it keeps it. */
export function sweepDrafts(folder: string, table?: ProcessTable, remove: Remove = removeFile): void {
  for (const name of namesIn(folder)) if (isAbandonedDraft(name, table)) tryRemove(path.join(folder, name), remove);
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // No folder: nothing was ever written.
  }
}
