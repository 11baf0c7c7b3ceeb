import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";

const COLUMNS = [
  "id",
  "lane",
  "state",
  "payload",
  "reader",
  "live",
  "at_ms",
  "received_ms",
  "changed_ms",
  "attempts",
  "last_attempt_ms",
  "last_error",
  "failed_reason",
] as const;

/**
 * Brings the rows of one journal into another, in order. A message known to both keeps what is further along: what was
 * handled in one of them is not handled again.
 */
export function transfer(from: DatabaseSync, to: DatabaseSync): void {
  const rows = (sign: "=" | "<>") =>
    from.prepare(`SELECT seq, ${COLUMNS.join(", ")} FROM event WHERE state ${sign} 'pending' ORDER BY seq`).iterate();
  const keysOf = from.prepare("SELECT key FROM alias WHERE seq = ?");
  const find = to.prepare("SELECT seq FROM alias WHERE key = ?");
  const addKey = to.prepare("INSERT OR IGNORE INTO alias (key, seq) VALUES (?, ?)");
  const insert = to.prepare(`INSERT INTO event (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`);
  const settle = to.prepare(
    "UPDATE event SET state = ?, payload = ?, changed_ms = ?, attempts = ?, last_attempt_ms = ?, last_error = ?, failed_reason = ? WHERE seq = ? AND state <> 'completed'",
  );
  const bring = (row: Readonly<Record<string, SQLOutputValue>>): void => {
    const value = (name: (typeof COLUMNS)[number]): SQLInputValue => row[name] ?? null;
    const keys = keysOf.all(Number(row["seq"])).map(({ key }) => String(key));
    const known = keys.flatMap((key) => find.get(key)?.["seq"] ?? [])[0];
    const seq = known ?? insert.run(...COLUMNS.map(value)).lastInsertRowid;
    for (const key of keys) addKey.run(key, seq);
    if (known === undefined) return;
    settle.run(
      value("state"),
      value("payload"),
      value("changed_ms"),
      value("attempts"),
      value("last_attempt_ms"),
      value("last_error"),
      value("failed_reason"),
      known,
    );
  };
  // What still waits comes first: from a damaged file it is the part that matters.
  for (const row of rows("=")) bring(row);
  for (const row of rows("<>")) bring(row);
}
