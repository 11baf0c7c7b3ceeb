import type { DatabaseSync } from "node:sqlite";
import { rmSync } from "node:fs";
import type { HistoryEntry } from "openclaw/plugin-sdk/reply-history";
import { describeError } from "../../errors.js";
import { openDatabase, openMemoryDatabase, statement } from "../store/database.js";

/** Something said that nobody had to answer. */
export interface KeptLine extends HistoryEntry {
  /** The same when the message comes again, as after a crash: it is kept once. */
  readonly eventKey: string;
  /** Names are anybody's; who said it has to be known when rules change. */
  readonly senderId: string;
}

/** Lines on their way to the agent with a turn. Either of the two calls ends the loan; what comes after it does nothing. */
export interface Loan {
  readonly lines: readonly HistoryEntry[];
  /** The host has the turn: they are erased. */
  settle(): void;
  /** The turn did not come about: they belong to the next one. */
  giveBack(): void;
}

/**
 * What was said in a conversation since the account was last addressed there. Kept on disk, because a restart must not
 * make the agent forget what the question is about; erased as soon as a turn has it. Never throws.
 */
export interface KeptContext {
  /** Keeps lines, the newest `limit` of a conversation; 0 erases what it has. */
  add(conversation: string, lines: readonly KeptLine[], limit: number): void;
  /** Oldest first, the newest `limit`, without what is lent. */
  of(conversation: string, limit: number): HistoryEntry[];
  lend(conversation: string, limit: number): Loan;
  /** Ids of those whose words are kept, each once; undefined where lines are older than ids are kept. */
  speakers(conversation: string): readonly (string | undefined)[];
  /** Erases what one of them said, also what is lent. */
  forget(conversation: string, speaker: string | undefined): void;
  close(): void;
}

export interface KeptContextOptions {
  /** Undefined: in memory. */
  readonly file: string | undefined;
  readonly now: () => number;
  readonly onTrouble: (what: string) => void;
}

/** Other people's words are not kept for longer than they can matter. */
const KEPT_MS = 3 * 24 * 60 * 60_000;
const MOST_LINES = 5_000;
/** UTF-16 units of one line; Zalo's own messages are shorter. */
const LONGEST = 4_000;
const PRUNE_EVERY = 200;

const schema = `
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS said (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL, event TEXT NOT NULL,
    sender TEXT NOT NULL, body TEXT NOT NULL, message TEXT, at_ms INTEGER, kept_ms INTEGER NOT NULL,
    sender_id TEXT, UNIQUE (conversation, event)
  ) STRICT;
`;

export function openKeptContext({ file, now, onTrouble }: KeptContextOptions): KeptContext {
  const lent = new Set<number>();
  let closed = false;
  let added = 0;
  let db = open();

  function open(): DatabaseSync {
    if (file === undefined) return openMemoryDatabase(schema);
    try {
      const { db: opened, setAside } = openDatabase(file, schema, now());
      // A damaged one is worth nothing to anybody, and holds people's words.
      if (setAside !== undefined) for (const part of ["", "-wal", "-shm"]) rmSync(setAside + part, { force: true });
      // After a power cut the last lines may be missing, as after a gap: no reason to wait for the disk at each of them.
      opened.exec("PRAGMA synchronous = NORMAL;");
      addIds(opened);
      prune(opened);
      return opened;
    } catch (error) {
      return withoutFile(error);
    }
  }

  function withoutFile(error: unknown): DatabaseSync {
    onTrouble(`what is said in groups is kept in memory only (${describeError(error)}): ${file ?? ""}`);
    return openMemoryDatabase(schema);
  }

  /** Trouble with the disk costs the context, never the message. */
  function use<T>(work: (used: DatabaseSync) => T, otherwise: T): T {
    if (closed) return otherwise;
    try {
      return work(db);
    } catch (error) {
      try {
        db.close();
      } catch {
        // What cannot be closed any more is left to the end of the process.
      }
      db = withoutFile(error);
      lent.clear();
      return work(db);
    }
  }

  function prune(used: DatabaseSync): void {
    used.prepare("DELETE FROM said WHERE kept_ms < ?").run(now() - KEPT_MS);
    used
      .prepare("DELETE FROM said WHERE seq <= (SELECT seq FROM said ORDER BY seq DESC LIMIT 1 OFFSET ?)")
      .run(MOST_LINES);
    tidy(used);
  }

  function rowsOf(conversation: string, limit: number): { seq: number; line: HistoryEntry }[] {
    const query = "SELECT * FROM said WHERE conversation = ? AND kept_ms >= ? ORDER BY seq DESC LIMIT ?";
    const rows = use((used) => statement(used, query).all(conversation, now() - KEPT_MS, limit + lent.size), []);
    return rows
      .map((row) => ({ seq: Number(row["seq"]), line: lineOf(row) }))
      .filter(({ seq }) => !lent.has(seq))
      .slice(0, limit)
      .toReversed();
  }

  return {
    add(conversation, lines, limit) {
      use((used) => {
        const keep = used.prepare("INSERT OR IGNORE INTO said VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)");
        for (const { eventKey, senderId, sender, body, messageId, timestamp } of lines)
          keep.run(
            conversation,
            eventKey,
            sender,
            clipped(body),
            messageId ?? null,
            timestamp ?? null,
            now(),
            senderId,
          );
        const beyond = "SELECT seq FROM said WHERE conversation = ? ORDER BY seq DESC LIMIT -1 OFFSET ?";
        used.prepare(`DELETE FROM said WHERE seq IN (${beyond})`).run(conversation, limit);
        added += lines.length;
        if (added >= PRUNE_EVERY) {
          prune(used);
          added = 0;
        }
      }, undefined);
    },
    of: (conversation, limit) => rowsOf(conversation, limit).map(({ line }) => line),
    lend(conversation, limit) {
      const rows = rowsOf(conversation, limit);
      for (const { seq } of rows) lent.add(seq);
      let over = false;
      const end = (how: (seq: number) => void) => {
        if (!over) for (const { seq } of rows) how(seq);
        over = true;
      };
      return {
        lines: rows.map(({ line }) => line),
        giveBack: () => end((seq) => lent.delete(seq)),
        settle() {
          end((seq) => {
            lent.delete(seq);
            use((used) => used.prepare("DELETE FROM said WHERE seq = ?").run(seq), undefined);
          });
          if (rows.length > 0) use(tidy, undefined);
        },
      };
    },
    speakers(conversation) {
      const query = "SELECT sender_id FROM said WHERE conversation = ? GROUP BY sender_id ORDER BY min(seq)";
      const rows = use((used) => used.prepare(query).all(conversation), []);
      return rows.map(({ sender_id: id }) => (typeof id === "string" ? id : undefined));
    },
    forget(conversation, speaker) {
      use((used) => {
        used.prepare("DELETE FROM said WHERE conversation = ? AND sender_id IS ?").run(conversation, speaker ?? null);
        tidy(used);
      }, undefined);
    },
    close() {
      if (closed) return;
      use(prune, undefined);
      closed = true;
      db.close();
    },
  };
}

/** A file of the first versions says of no line whose it is. */
function addIds(db: DatabaseSync): void {
  const columns = db.prepare("PRAGMA table_info(said)").all();
  if (!columns.some(({ name }) => name === "sender_id")) db.exec("ALTER TABLE said ADD COLUMN sender_id TEXT");
}

/** The log beside the file may still hold what was erased from it. */
function tidy(db: DatabaseSync): void {
  db.exec("PRAGMA wal_checkpoint(TRUNCATE);");
}

function lineOf(row: Record<string, unknown>): HistoryEntry {
  const { sender, body, message, at_ms: atMs } = row;
  return {
    sender: String(sender),
    body: String(body),
    ...(typeof message === "string" ? { messageId: message } : {}),
    ...(typeof atMs === "number" ? { timestamp: atMs } : {}),
  };
}

function clipped(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).toWellFormed()} […]`;
}
