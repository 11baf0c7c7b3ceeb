import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { describeError } from "../../errors.js";
import { ensurePrivateFolder } from "../account/slot.js";
import { openDatabase, openMemoryDatabase } from "../store/database.js";
import { entriesOf, insertEntry, ledgerSchema, pruneEntries } from "./ledger-rows.js";
import type { LedgerEntry } from "./ledger-entry.js";

/** Where the ledger's entries are kept: in a file, and in memory as long as the file cannot be written. */
export interface LedgerStore {
  put(entry: LedgerEntry): void;
  get(id: string): LedgerEntry | undefined;
  /** Entries for which a condition over the columns holds, oldest first. */
  select(condition: string, values: readonly SQLInputValue[]): LedgerEntry[];
  hasMessage(messageId: string, threads: readonly string[]): boolean;
  /** Since when every entry is known. */
  completeSinceMs(): number;
  trouble(): string | undefined;
  close(): void;
  /** Closes for good: the file is about to be another's, and what still comes is not written into it. */
  retire(): void;
}

export interface LedgerStoreOptions {
  readonly file: string;
  readonly now: () => number;
  readonly onTrouble?: (what: string) => void;
  /** Default: `openDatabase`. */
  readonly openFile?: typeof openDatabase;
}

const retryMs = 30_000;
const pruneEvery = 500;

export function openLedgerStore({ file, now, onTrouble, openFile = openDatabase }: LedgerStoreOptions): LedgerStore {
  // Since when every entry reached the file. Removing it works on a full disk, which is when it matters.
  const marker = markerOf(file);
  let disk: DatabaseSync | undefined;
  let memory: DatabaseSync | undefined;
  let trouble: string | undefined;
  let completeSinceMs = now();
  let retryAtMs = 0;
  let written = 0;
  let closed = false;
  let retired = false;

  function open(): void {
    ensurePrivateFolder(path.dirname(file));
    // A file that is not there yet, or is there no more, knows of nothing before it.
    const knownSinceMs = existsSync(file) ? readMarker(marker) : undefined;
    const opened = openFile(file, ledgerSchema, now());
    pruneEntries(opened.db, now());
    disk?.close();
    disk = opened.db;
    closed = false;
    completeSinceMs = opened.setAside === undefined && knownSinceMs !== undefined ? knownSinceMs : now();
    if (opened.setAside !== undefined) onTrouble?.(`the record of sends was damaged; it is kept as ${opened.setAside}`);
    if (memory === undefined) mark();
  }

  function mark(): void {
    writeFileSync(marker, String(completeSinceMs), { mode: 0o600 });
  }

  /** From now on in memory, until the file can be written again. */
  function fall(error: unknown): DatabaseSync {
    const words = `the record of sends cannot be written (${describeError(error)}): ${file}`;
    if (trouble === undefined) onTrouble?.(words);
    trouble = words;
    retryAtMs = now() + retryMs;
    try {
      rmSync(marker, { force: true });
    } catch {
      // Read-only: then the next run cannot write either, and says so.
    }
    return (memory ??= openMemoryDatabase(ledgerSchema));
  }

  /** Brings what memory knows back into the file. */
  function recover(): void {
    if (memory === undefined || now() < retryAtMs) return;
    try {
      // Anew: a file that proved damaged is set aside there.
      open();
      const target = disk;
      if (target === undefined) return;
      target.exec("BEGIN IMMEDIATE");
      try {
        for (const entry of entriesOf(memory, "true", [])) insertEntry(target, entry);
        target.exec("COMMIT");
      } catch (error) {
        target.exec("ROLLBACK");
        throw error;
      }
      mark();
      memory.close();
      memory = undefined;
      trouble = undefined;
    } catch (error) {
      fall(error);
    }
  }

  function put(entry: LedgerEntry): void {
    // Its call stands as begun in the file that went with its person: should they come back, the history tells.
    if (retired) return;
    recover();
    try {
      // A call that was given up at the end of the gateway may still end after it.
      if (closed) open();
      if (memory !== undefined || disk === undefined) return insertEntry(memory ?? fall(undefined), entry);
      insertEntry(disk, entry);
      written += 1;
      if (written % pruneEvery === 0) pruneEntries(disk, now());
    } catch (error) {
      insertEntry(fall(error), entry);
    }
  }

  /** What a file that can no longer be written still tells, with what came after it. */
  function select(condition: string, values: readonly SQLInputValue[]): LedgerEntry[] {
    const found = new Map<string, LedgerEntry>();
    const fresher = memory === undefined ? [] : entriesOf(memory, "true", []);
    const newest = new Map(fresher.map((entry) => [entry.id, entry]));
    for (const entry of fromDisk(condition, values)) if (!newest.has(entry.id)) found.set(entry.id, entry);
    if (memory !== undefined) for (const entry of entriesOf(memory, condition, values)) found.set(entry.id, entry);
    return [...found.values()].toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  }

  function fromDisk(condition: string, values: readonly SQLInputValue[]): LedgerEntry[] {
    try {
      return disk === undefined ? [] : entriesOf(disk, condition, values);
    } catch (error) {
      fall(error);
      completeSinceMs = now();
      return [];
    }
  }

  function close(): void {
    closed = true;
    disk?.close();
    memory?.close();
    [disk, memory] = [undefined, undefined];
  }

  try {
    open();
  } catch (error) {
    fall(error);
  }
  return {
    put,
    select,
    get: (id) => select("id = ?", [id])[0],
    hasMessage: (messageId, threads) =>
      select("id IN (SELECT send FROM sent_messages WHERE message = ?)", [messageId]).some(({ thread }) =>
        threads.includes(thread),
      ),
    completeSinceMs: () => completeSinceMs,
    trouble: () => trouble,
    close,
    retire() {
      retired = true;
      close();
    },
  };
}

/** Beside the ledger's file: since when it is complete, in ms since the epoch. Without it nothing is known of before. */
export function markerOf(file: string): string {
  return `${file}.complete`;
}

function readMarker(marker: string): number | undefined {
  try {
    const text = readFileSync(marker, "utf8");
    return /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
  } catch {
    return undefined; // Missing or unreadable: then it says nothing.
  }
}
