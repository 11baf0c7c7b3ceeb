// What a gateway keeps on disk of messages that are still on their way.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Rows of the host's own delivery queue, as JSON text. */
export function queueEntries(state: string, status: "pending" | "failed"): string[] {
  const query =
    "SELECT entry_json AS text FROM delivery_queue_entries WHERE queue_name = 'outbound-prepared-v1' AND status = ?";
  return textsIn(path.join(state, "state", "openclaw.sqlite"), query, status);
}

/** Messages that wait to be handled, received no longer ago than that, as JSON text. */
export function waitingInJournals(state: string, sinceMs: number): string[] {
  const accounts = path.join(state, "zalouser", "accounts");
  const files = readdirSync(accounts).map((account) => path.join(accounts, account, "journal.sqlite"));
  const query = "SELECT payload AS text FROM event WHERE state = 'pending' AND received_ms >= ?";
  return files.filter(existsSync).flatMap((file) => textsIn(file, query, sinceMs));
}

function textsIn(file: string, query: string, parameter: string | number): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db
      .prepare(query)
      .all(parameter)
      .map((row) => String(row["text"]));
  } finally {
    db.close();
  }
}
