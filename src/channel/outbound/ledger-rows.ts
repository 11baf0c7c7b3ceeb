import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { LedgerEntry, SendState } from "./ledger-entry.js";
import type { PrintKind } from "./send-print.js";

/** Hashes, ids and times. Nothing of what was said. */
export const ledgerSchema = `
  CREATE TABLE IF NOT EXISTS sends (
    id TEXT PRIMARY KEY, delivery TEXT, unit INTEGER NOT NULL, part INTEGER NOT NULL, parts INTEGER NOT NULL,
    thread TEXT NOT NULL, kind TEXT NOT NULL, hash TEXT NOT NULL, run TEXT NOT NULL,
    started_ms INTEGER NOT NULL, ended_ms INTEGER, state TEXT NOT NULL, told INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS sends_by_delivery ON sends (delivery);
  CREATE INDEX IF NOT EXISTS sends_by_start ON sends (started_ms);
  CREATE TABLE IF NOT EXISTS sent_messages (
    message TEXT NOT NULL, send TEXT NOT NULL, PRIMARY KEY (message, send)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS messages_by_send ON sent_messages (send);
`;

const keptMs = 30 * 24 * 60 * 60_000;
const keptRows = 20_000;

/** One commit: the entry and its message ids. */
export function insertEntry(db: DatabaseSync, entry: LedgerEntry): void {
  const nested = db.isTransaction;
  if (!nested) db.exec("BEGIN IMMEDIATE");
  try {
    db.prepare("INSERT OR REPLACE INTO sends VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
      entry.id,
      entry.delivery ?? null,
      entry.unit,
      entry.part,
      entry.parts,
      entry.thread,
      entry.kind,
      entry.hash,
      entry.run,
      entry.startedAtMs,
      entry.endedAtMs ?? null,
      entry.state,
      entry.told ? 1 : 0,
    );
    const remember = db.prepare("INSERT OR IGNORE INTO sent_messages VALUES (?, ?)");
    for (const message of entry.messageIds) remember.run(message, entry.id);
    if (!nested) db.exec("COMMIT");
  } catch (error) {
    if (!nested && db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

export function entriesOf(db: DatabaseSync, condition: string, values: readonly SQLInputValue[]): LedgerEntry[] {
  const rows = db.prepare(`SELECT * FROM sends WHERE ${condition} ORDER BY started_ms, rowid`).all(...values);
  const messages = db.prepare("SELECT message FROM sent_messages WHERE send = ? ORDER BY message");
  return rows.map((row) => ({
    id: textOf(row["id"]),
    delivery: row["delivery"] === null ? undefined : textOf(row["delivery"]),
    unit: Number(row["unit"]),
    part: Number(row["part"]),
    parts: Number(row["parts"]),
    thread: textOf(row["thread"]),
    // Written by ourselves from values of these very types.
    kind: textOf(row["kind"]) as PrintKind,
    hash: textOf(row["hash"]),
    run: textOf(row["run"]),
    startedAtMs: Number(row["started_ms"]),
    endedAtMs: row["ended_ms"] === null ? undefined : Number(row["ended_ms"]),
    state: textOf(row["state"]) as SendState,
    told: row["told"] === 1,
    messageIds: messages.all(textOf(row["id"])).map(({ message }) => textOf(message)),
  }));
}

/** 30 days, 20,000 rows. */
export function pruneEntries(db: DatabaseSync, nowMs: number): void {
  db.prepare("DELETE FROM sends WHERE started_ms < ?").run(nowMs - keptMs);
  db.prepare("DELETE FROM sends WHERE rowid <= (SELECT rowid FROM sends ORDER BY rowid DESC LIMIT 1 OFFSET ?)").run(
    keptRows,
  );
  db.exec("DELETE FROM sent_messages WHERE send NOT IN (SELECT id FROM sends)");
}

function textOf(value: SQLOutputValue | undefined): string {
  return typeof value === "string" ? value : "";
}
