// What a gateway keeps on disk of messages that are still on their way.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Rows of the host's own delivery queue, as JSON text. */
export function queueEntries(state: string, status: "pending" | "failed"): string[] {
  const db = new DatabaseSync(path.join(state, "state", "openclaw.sqlite"), { readOnly: true });
  try {
    return db
      .prepare("SELECT entry_json FROM delivery_queue_entries WHERE queue_name = 'outbound-prepared-v1' AND status = ?")
      .all(status)
      .map((row) => String(row["entry_json"]));
  } finally {
    db.close();
  }
}

/** Messages that wait to be handled, received no longer ago than that, as JSON text. */
export function waitingInJournals(state: string, sinceMs: number): string[] {
  const accounts = path.join(state, "zalouser", "accounts");
  const files = readdirSync(accounts).map((account) => path.join(accounts, account, "journal.sqlite"));
  return files.filter(existsSync).flatMap((file) => {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      return db
        .prepare("SELECT payload FROM event WHERE state = 'pending' AND received_ms >= ?")
        .all(sinceMs)
        .map((row) => String(row["payload"]));
    } finally {
      db.close();
    }
  });
}
