import { existsSync } from "node:fs";
import { describeError, ZalouserError } from "../../errors.js";
import { journalFile } from "../journal/journals.js";
import { openRows, type Rows } from "../journal/rows.js";
import { journalSchema } from "../journal/schema.js";
import { openDatabaseBeside } from "../store/database.js";

/** A received message that was given up on, without its text. */
export interface DeadLetter {
  readonly id: string;
  /** `user:<id>` or `group:<id>`. */
  readonly conversation: string;
  /** When it was given up on, ISO 8601. */
  readonly at: string;
  readonly reason: string;
  readonly attempts: number;
}

const MOST_LISTED = 1_000;

/** The newest messages an account gave up on, as its journal on disk has them. */
export function listDeadLetters(accountId: string): DeadLetter[] {
  return inJournal(accountId, [], (rows) =>
    rows.failed(MOST_LISTED).map(({ id, lane, changedMs, failedReason, attempts }) => ({
      id,
      conversation: lane,
      at: new Date(changedMs).toISOString(),
      reason: failedReason ?? "failed",
      attempts,
    })),
  );
}

/**
 * Lets the gateway handle such messages again, within a second while it runs. Returns the ids that were none: not known,
 * answered by now, or waiting already.
 */
export function retryDeadLetters(accountId: string, ids: readonly string[]): string[] {
  return inJournal(accountId, [...ids], (rows) =>
    ids.filter((id) => {
      const row = rows.byId(id);
      return row?.state !== "failed" || !rows.revive(row.seq, Date.now());
    }),
  );
}

/** The gateway may have the file open; SQLite keeps both apart. */
function inJournal<T>(accountId: string, without: T, work: (rows: Rows) => T): T {
  const file = journalFile(accountId);
  if (!existsSync(file)) return without;
  try {
    const db = openDatabaseBeside(file, journalSchema);
    try {
      return work(openRows(db));
    } finally {
      db.close();
    }
  } catch (error) {
    const what = `The journal of received messages ${file} cannot be opened (${describeError(error)}).`;
    throw new ZalouserError("STATE_UNWRITABLE", what, { accountId, cause: error });
  }
}
