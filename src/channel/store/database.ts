import { chmodSync, closeSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

export interface OpenedDatabase {
  readonly db: DatabaseSync;
  /** Where a damaged file was set aside to; what it held is not lost, but no longer known. */
  readonly setAside?: string;
}

/** SQLite's own numbers; the primary code is the low byte of an extended one. */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** The files SQLite keeps beside a database in WAL mode. */
const companions = ["", "-wal", "-shm"];

/**
 * Opens a private database file (0600, folder 0700), creating it when missing. A damaged one is set aside under a new
 * name and an empty one takes its place. Throws what SQLite or the file system says when it cannot be written.
 */
export function openDatabase(file: string, schema: string, nowMs: number): OpenedDatabase {
  try {
    return { db: open(file, schema) };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { setAside: setDatabaseAside(file, nowMs), db: open(file, schema) };
  }
}

/** Gives a damaged file, which nobody may have open, another name and returns that. */
export function setDatabaseAside(file: string, nowMs: number): string {
  const setAside = `${file}.damaged-${nowMs}`;
  for (const suffix of companions) moveIfPresent(file + suffix, setAside + suffix);
  return setAside;
}

/**
 * Opens a private database that another process may have open, for a moment's work. Whatever ails it is left to that
 * process: this throws, and moves nothing.
 */
export function openDatabaseBeside(file: string, schema: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    db.exec("PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;");
    db.exec(schema);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens what can no longer be written, to learn what it still knows. Throws when it cannot be read either. */
export function openDatabaseForReading(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true });
}

/** A database of this process alone, for the time the disk cannot be used. */
export function openMemoryDatabase(schema: string): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec(schema);
  return db;
}

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** A statement of a database, compiled when it is asked for first. */
export function statement(db: DatabaseSync, sql: string): StatementSync {
  const known = statements.get(db) ?? new Map<string, StatementSync>();
  statements.set(db, known);
  const found = known.get(sql) ?? db.prepare(sql);
  known.set(sql, found);
  return found;
}

/** Whether an error says that the file itself is broken, as opposed to a full or read-only disk. */
export function isDamage(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
  return code === CORRUPT || code === NOT_A_DATABASE;
}

function open(file: string, schema: string): DatabaseSync {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // SQLite gives its companion files the mode of the main one, so that one has to be private before it opens it.
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const db = new DatabaseSync(file);
  try {
    // FULL: what was appended has to survive a power cut, not only a crash of this process.
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;");
    const [row] = db.prepare("PRAGMA quick_check(1)").all();
    if (row?.["quick_check"] !== "ok") throw Object.assign(new Error("The database is damaged."), { errcode: CORRUPT });
    db.exec(schema);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function moveIfPresent(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // A file that cannot be moved must not be opened again either.
    rmSync(from, { force: true });
  }
}
