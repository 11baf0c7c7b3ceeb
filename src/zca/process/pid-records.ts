import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { draftOf, isAbandonedDraft, namesIn } from "./drafts.js";
import { type ProcessTable, systemProcessTable } from "./process-table.js";
import { removeFile, tryRemove, type Remove } from "./remove.js";

const recordShape = z.object({
  pid: z.int().positive(),
  startToken: z.string(),
  kind: z.string(),
  /** The first arguments, such as `--profile work msg send`: enough to recognize the child, nothing of what it says. */
  command: z.array(z.string()),
  accountId: z.string(),
  profile: z.string(),
  ownerPid: z.int().positive(),
  ownerStartToken: z.string(),
});

/** A child that lives, or lived when its gateway was killed. */
export type PidRecord = z.infer<typeof recordShape>;

export type NewPidRecord = Pick<PidRecord, "pid" | "kind" | "command" | "accountId" | "profile">;

export interface PidRecords {
  /** Throws the file system's error when a record could not be written now. To be asked before a child starts. */
  ready(): void;
  /** Writes the record; the returned function removes it. Throws the file system's error. */
  add(entry: NewPidRecord): () => void;
}

/** Records of the children of this process under a private folder, for whoever comes after a kill of this process. */
export function createPidRecords(folder: string, table: ProcessTable = systemProcessTable): PidRecords {
  const owner = table.describe(process.pid)?.startToken ?? "";
  const prepare = () => mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    ready() {
      prepare();
      const probe = draftOf(path.join(folder, randomBytes(6).toString("hex")));
      writeFileSync(probe, "{}", { mode: 0o600, flag: "wx" });
      rmSync(probe, { force: true });
    },
    add(entry) {
      // A child that is gone already needs no record, but its exit removes one, so there has to be a name for it.
      const startToken = table.describe(entry.pid)?.startToken ?? "";
      const record: PidRecord = { ...entry, startToken, ownerPid: process.pid, ownerStartToken: owner };
      const file = path.join(folder, `${entry.pid}-${randomBytes(6).toString("hex")}.json`);
      prepare();
      // Renamed into place: another process may be sweeping and removes what it cannot read.
      writeFileSync(draftOf(file), JSON.stringify(record), { mode: 0o600, flag: "wx" });
      renameSync(draftOf(file), file);
      return () => {
        try {
          rmSync(file, { force: true });
        } catch {
          return; // The next sweep removes it.
        }
      };
    },
  };
}

export interface StoredRecord {
  readonly file: string;
  readonly record: PidRecord;
}

/**
 * Reads every record in the folder, those included whose writer was killed before they had their name. What is no record
 * is removed where that can be done: it could only get in the way.
 */
export function readPidRecords(
  folder: string,
  remove: Remove = removeFile,
  table: ProcessTable = systemProcessTable,
): {
  readonly records: readonly StoredRecord[];
  readonly corrupt: number;
} {
  const records: StoredRecord[] = [];
  let corrupt = 0;
  for (const name of namesIn(folder)) {
    if (!name.endsWith(".json") && !isAbandonedDraft(name, table)) continue;
    const file = path.join(folder, name);
    const record = readRecord(file);
    if (record === "gone") continue;
    if (record) {
      records.push({ file, record });
    } else {
      corrupt++;
      tryRemove(file, remove);
    }
  }
  return { records, corrupt };
}

function readRecord(file: string): PidRecord | "gone" | undefined {
  try {
    return recordShape.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? "gone" : undefined;
  }
}
