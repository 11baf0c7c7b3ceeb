import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Conversation, JournalLine, RowHead, RowState } from "./entry.js";
import { ASIDE_AFTER } from "./schema.js";

export interface PruneLimits {
  readonly state: RowState;
  /** Rows changed before this moment go; milliseconds since the epoch. */
  readonly beforeMs?: number | undefined;
  /** At most so many stay, the newest. */
  readonly maxEntries?: number | undefined;
}

export interface WaitingLane {
  readonly first: RowHead;
  readonly count: number;
}

/** The statements of the journal on one database. Every method is one step of somebody else's transaction. */
export type Rows = ReturnType<typeof openRows>;

const HEAD =
  "seq, id, lane, state, reader, received_ms, changed_ms, attempts, last_attempt_ms, last_error, failed_reason, coalesce(octet_length(payload), 0) AS bytes, coalesce((SELECT times FROM begun WHERE begun.seq = event.seq), 0) AS begun";

export function openRows(db: DatabaseSync) {
  const find = db.prepare("SELECT seq FROM alias WHERE key = ?");
  const addKey = db.prepare("INSERT OR IGNORE INTO alias (key, seq) VALUES (?, ?)");
  const insert = db.prepare(
    "INSERT INTO event (id, lane, state, payload, reader, live, at_ms, received_ms, changed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const head = db.prepare(`SELECT ${HEAD} FROM event WHERE seq = ?`);
  const payload = db.prepare("SELECT payload FROM event WHERE seq = ?");
  // Within one statement: a thousand conversations must not cost a thousand of them.
  const lanes = db.prepare(
    `SELECT ${HEAD}, min(seq) AS first, count(*) AS n FROM event WHERE state = 'pending' AND attempts < ${ASIDE_AFTER} GROUP BY lane`,
  );
  const inLane = db.prepare(
    `SELECT ${HEAD} FROM event WHERE state = 'pending' AND lane = ? AND attempts < ${ASIDE_AFTER} ORDER BY seq LIMIT ?`,
  );
  const aside = db.prepare(
    `SELECT ${HEAD} FROM event WHERE state = 'pending' AND attempts >= ${ASIDE_AFTER} ORDER BY seq`,
  );
  const failed = db.prepare(
    `SELECT ${HEAD} FROM event WHERE state = 'failed' ORDER BY changed_ms DESC, seq DESC LIMIT ?`,
  );
  const complete = db.prepare(
    "UPDATE event SET state = 'completed', payload = NULL, last_error = NULL, changed_ms = ? WHERE seq = ? AND state = 'pending'",
  );
  const retry = db.prepare(
    "UPDATE event SET attempts = attempts + 1, last_attempt_ms = ?1, changed_ms = ?1, last_error = coalesce(?2, last_error) WHERE seq = ?3 AND state = 'pending'",
  );
  const fail = db.prepare(
    "UPDATE event SET state = 'failed', failed_reason = ?, last_error = ?, changed_ms = ? WHERE seq = ? AND state = 'pending'",
  );
  const revive = db.prepare(
    "UPDATE event SET state = 'pending', attempts = 0, last_attempt_ms = NULL, last_error = NULL, failed_reason = NULL, changed_ms = ? WHERE seq = ? AND state = 'failed'",
  );
  const begin = db.prepare(
    "INSERT INTO begun (seq, times) VALUES (?, 1) ON CONFLICT (seq) DO UPDATE SET times = times + 1",
  );
  const forgetBegun = db.prepare("DELETE FROM begun WHERE seq = ?");
  const removeKeys = db.prepare("DELETE FROM alias WHERE seq = ?");
  const remove = db.prepare("DELETE FROM event WHERE seq = ? AND state = 'pending'");
  const older = db.prepare("SELECT seq FROM event WHERE state = ? AND changed_ms < ?");
  const surplus = db.prepare(
    "SELECT seq FROM event WHERE state = ? ORDER BY changed_ms DESC, seq DESC LIMIT -1 OFFSET ?",
  );
  const erase = db.prepare("DELETE FROM event WHERE seq = ?");
  const counts = db.prepare(
    "SELECT state, count(*) AS n, sum(changed_ms >= ?) AS recent, min(received_ms) AS oldest FROM event WHERE state <> 'completed' GROUP BY state",
  );
  const conversations = db.prepare(
    "SELECT lane, max(at_ms) AS at FROM event WHERE at_ms >= ?1 AND (?2 IS NULL OR reader IS NULL OR reader = ?2) GROUP BY lane ORDER BY at DESC LIMIT ?3",
  );
  const heard = db.prepare("SELECT 1 FROM event WHERE lane = ? LIMIT 1");
  const newest = db.prepare("SELECT max(received_ms) AS at, max(seq) AS seq FROM event WHERE live = 1");
  const discard = db.prepare(
    "UPDATE event SET state = 'completed', payload = NULL, changed_ms = ?1 WHERE state = 'pending' AND received_ms >= ?2",
  );
  const seqOf = (keys: readonly string[]): number | undefined => {
    for (const key of keys) {
      const found = find.get(key);
      if (found !== undefined) return Number(found["seq"]);
    }
    return undefined;
  };
  const rowOf = (seq: number): RowHead | undefined => {
    const row = head.get(seq);
    return row === undefined ? undefined : toHead(row);
  };
  const addKeys = (keys: readonly string[], seq: number): void => {
    for (const key of keys) addKey.run(key, seq);
  };

  return {
    /** Undefined: new. Otherwise the row that holds the same message; keys not yet known are added to it. */
    append(line: JournalLine, nowMs: number): RowHead | undefined {
      const keys = [line.id, ...line.altKeys];
      const seq = seqOf(keys);
      if (seq !== undefined) {
        addKeys(keys, seq);
        return rowOf(seq);
      }
      const live = line.payload.origin === "stream" ? 1 : 0;
      const { lastInsertRowid } = insert.run(
        line.id,
        line.lane,
        "pending",
        JSON.stringify(line.payload),
        line.reader ?? null,
        live,
        line.atMs ?? nowMs,
        nowMs,
        nowMs,
      );
      addKeys(keys, Number(lastInsertRowid));
      return undefined;
    },
    /** Remembers a message that needs no handling. False when it is known already. */
    appendHandled(id: string, lane: string, nowMs: number): boolean {
      if (seqOf([id]) !== undefined) return false;
      const { lastInsertRowid } = insert.run(id, lane, "completed", null, null, 0, nowMs, nowMs, nowMs);
      addKeys([id], Number(lastInsertRowid));
      return true;
    },
    known: (keys: readonly string[]): boolean => seqOf(keys) !== undefined,
    heard: (lane: string): boolean => heard.get(lane) !== undefined,
    byId(id: string): RowHead | undefined {
      const seq = seqOf([id]);
      return seq === undefined ? undefined : rowOf(seq);
    },
    payload(seq: number): string | undefined {
      const value = payload.get(seq)?.["payload"];
      return typeof value === "string" ? value : undefined;
    },
    /** The oldest waiting row of every conversation and how many wait there, without those that stepped aside. */
    waiting: (): WaitingLane[] => lanes.all().map((row) => ({ first: toHead(row), count: Number(row["n"]) })),
    /** The oldest waiting rows of a conversation, without those that stepped aside. */
    waitingIn: (lane: string, limit: number): RowHead[] => inLane.all(lane, limit).map(toHead),
    aside: (): RowHead[] => aside.all().map(toHead),
    failed: (limit: number): RowHead[] => failed.all(limit).map(toHead),
    complete: (seq: number, nowMs: number): boolean => complete.run(nowMs, seq).changes > 0,
    retry: (seq: number, error: string | undefined, nowMs: number): boolean =>
      retry.run(nowMs, error ?? null, seq).changes > 0,
    fail: (seq: number, reason: string, error: string | undefined, nowMs: number): boolean =>
      fail.run(reason, error ?? null, nowMs, seq).changes > 0,
    /** Work on a row begins; it counts until the row changes, or `forgetBegun` says that the work ended. */
    begin: (seq: number): void => void begin.run(seq),
    forgetBegun: (seq: number): void => void forgetBegun.run(seq),
    revive: (seq: number, nowMs: number): boolean => revive.run(nowMs, seq).changes > 0,
    remove(seq: number): boolean {
      if (remove.run(seq).changes === 0) return false;
      removeKeys.run(seq);
      return true;
    },
    /** Returns how many rows went. */
    prune({ state, beforeMs, maxEntries }: PruneLimits): number {
      const gone = [
        ...(beforeMs === undefined ? [] : older.all(state, beforeMs)),
        ...(maxEntries === undefined ? [] : surplus.all(state, Math.max(0, Math.floor(maxEntries)))),
      ];
      const seqs = new Set(gone.map((row) => Number(row["seq"])));
      for (const seq of seqs) {
        removeKeys.run(seq);
        erase.run(seq);
      }
      return seqs.size;
    },
    /** Rows received since a moment are no longer to be handled; returns how many. */
    discard: (sinceMs: number, nowMs: number): number => Number(discard.run(nowMs, sinceMs).changes),
    counts(sinceMs: number) {
      const found = new Map(counts.all(sinceMs).map((row) => [String(row["state"]), row]));
      const pending = found.get("pending");
      return {
        pending: Number(pending?.["n"] ?? 0),
        failed: Number(found.get("failed")?.["n"] ?? 0),
        failedSince: Number(found.get("failed")?.["recent"] ?? 0),
        oldestPendingMs: numberOf(pending?.["oldest"]),
      };
    },
    conversations: (sinceMs: number, limit: number, reader: string | undefined): Conversation[] =>
      conversations
        .all(sinceMs, reader ?? null, limit)
        .map((row) => ({ lane: String(row["lane"]), lastAtMs: Number(row["at"]) })),
    newestLiveMs: (): number | undefined => numberOf(newest.get()?.["at"]),
  };
}

function toHead(row: Readonly<Record<string, SQLOutputValue>>): RowHead {
  return {
    seq: Number(row["seq"]),
    id: String(row["id"]),
    lane: String(row["lane"]),
    state: stateOf(row["state"]),
    reader: stringOf(row["reader"]),
    receivedMs: Number(row["received_ms"]),
    changedMs: Number(row["changed_ms"]),
    attempts: Number(row["attempts"]),
    lastAttemptMs: numberOf(row["last_attempt_ms"]),
    lastError: stringOf(row["last_error"]),
    failedReason: stringOf(row["failed_reason"]),
    bytes: Number(row["bytes"]),
    begun: Number(row["begun"]),
  };
}

function stateOf(value: SQLOutputValue | undefined): RowState {
  return value === "completed" || value === "failed" ? value : "pending";
}

function stringOf(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: SQLOutputValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
