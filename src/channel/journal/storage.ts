import type { DatabaseSync } from "node:sqlite";
import { describeError } from "../../errors.js";
import type { Clock } from "../../supervisor/index.js";
import {
  isDamage,
  openDatabase,
  openDatabaseForReading,
  openMemoryDatabase,
  setDatabaseAside,
  type OpenedDatabase,
} from "../store/database.js";
import { openRows, type Rows } from "./rows.js";
import { journalSchema } from "./schema.js";
import { transfer } from "./transfer.js";

/** Why the file is not in use; the journal then lives in memory, and a crash would lose it. */
export interface StorageTrouble {
  readonly sinceMs: number;
  /** The words of SQLite or the file system. */
  readonly reason: string;
}

export interface StorageOptions {
  readonly file: string;
  readonly clock: Clock;
  /** Told when trouble begins, and with undefined when it ends. */
  readonly onTrouble?: (trouble: StorageTrouble | undefined) => void;
  /** Told where a damaged file was moved to. */
  readonly onSetAside?: (path: string) => void;
  readonly open?: (file: string, schema: string, nowMs: number) => OpenedDatabase;
}

export interface Storage {
  read<T>(query: (rows: Rows) => T): T;
  /** One transaction, on disk when this returns. Runs again on the memory database when the file fails. */
  write<T>(change: (rows: Rows) => T): T;
  /** Moves what was written into the file proper and empties the log beside it, where erased text may still stand. */
  tidy(): void;
  trouble(): StorageTrouble | undefined;
  close(): void;
}

interface Active {
  readonly db: DatabaseSync;
  readonly rows: Rows;
}

const RETRY_MS = 30_000;

/**
 * The journal's database, whatever the disk does: while the file cannot be written an equal one in memory takes its
 * place, with all that could still be read, and is moved into the file as soon as that works again.
 */
export function openStorage(options: StorageOptions): Storage {
  const { file, clock, onTrouble, onSetAside, open = openDatabase } = options;
  let trouble: StorageTrouble | undefined;
  let told = false;
  let closed = false;
  let cancelRetry = () => {};
  let active = start();

  function openFile(): Active {
    const { db, setAside } = open(file, journalSchema, clock.now());
    if (setAside !== undefined) onSetAside?.(setAside);
    return prepared(db);
  }

  function start(): Active {
    try {
      return openFile();
    } catch (error) {
      const memory = fallBack(error, undefined);
      comeBackLater(false);
      return memory;
    }
  }

  /** From here on in memory, with all the file still tells. */
  function fallBack(error: unknown, failed: DatabaseSync | undefined): Active {
    const memory = prepared(openMemoryDatabase(journalSchema));
    try {
      const source = failed ?? openDatabaseForReading(file);
      try {
        transfer(source, memory.db);
      } finally {
        closeQuietly(source);
      }
    } catch {
      // Rows before the first unreadable page are kept, the others stay where they are.
    }
    trouble = { sinceMs: clock.now(), reason: describeError(error) };
    return memory;
  }

  /** The file is closed by now, and whatever happens here must not keep the memory from being used. */
  function comeBackLater(damaged: boolean): void {
    const setAside = damaged ? trySetAside() : undefined;
    // After damage an empty file takes the place of the old one at once; anything else takes a person, or time.
    cancelRetry = clock.setTimeout(goBack, setAside === undefined ? RETRY_MS : 0);
    if (setAside === undefined) tell();
    else onSetAside?.(setAside);
  }

  /** Undefined on a disk that became read-only with the damage, as file systems do. */
  function trySetAside(): string | undefined {
    try {
      return setDatabaseAside(file, clock.now());
    } catch {
      return undefined;
    }
  }

  function tell(): void {
    if (told) return;
    told = true;
    onTrouble?.(trouble);
  }

  function goBack(): void {
    let reopened: Active | undefined;
    try {
      const target = openFile();
      reopened = target;
      inTransaction(target.db, () => transfer(active.db, target.db));
    } catch {
      if (reopened !== undefined) closeQuietly(reopened.db);
      tell();
      cancelRetry = clock.setTimeout(goBack, RETRY_MS);
      return;
    }
    closeQuietly(active.db);
    active = reopened;
    trouble = undefined;
    if (told) onTrouble?.(undefined);
    told = false;
  }

  function attempt<T>(work: (on: Active) => T): T {
    // Somebody late, whose run has ended: that is no trouble of the disk.
    if (closed) throw new Error("The journal is closed.");
    if (trouble !== undefined) return work(active);
    try {
      return work(active);
    } catch (error) {
      active = fallBack(error, active.db);
      comeBackLater(isDamage(error));
      return work(active);
    }
  }

  return {
    read: (query) => attempt(({ rows }) => query(rows)),
    write: (change) => attempt(({ db, rows }) => inTransaction(db, () => change(rows))),
    tidy: () => attempt(({ db }) => db.exec("PRAGMA wal_checkpoint(TRUNCATE)")),
    trouble: () => trouble,
    close() {
      closed = true;
      cancelRetry();
      closeQuietly(active.db);
    },
  };
}

function prepared(db: DatabaseSync): Active {
  try {
    return { db, rows: openRows(db) };
  } catch (error) {
    closeQuietly(db);
    throw error;
  }
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      db.exec("ROLLBACK");
    } catch {
      // A full disk may have ended the transaction already; the first error is the one that says why.
    }
    throw error;
  }
}

function closeQuietly(db: DatabaseSync): void {
  try {
    db.close();
  } catch {
    // Whatever ails it, nobody uses it any more.
  }
}
