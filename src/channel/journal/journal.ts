import type { Clock } from "../../supervisor/index.js";
import { openArrivals } from "./arrivals.js";
import { openClaims } from "./claims.js";
import type { Conversation, JournalLine, RowState } from "./entry.js";
import { openHandOut } from "./hand-out.js";
import { createJournalQueue, type JournalQueue } from "./queue.js";
import { openStorage, type StorageOptions, type StorageTrouble } from "./storage.js";
import { openWrites } from "./writes.js";

/** What became of a line: new, or a duplicate of one in this state. */
export type Admission = "new" | RowState;

export interface JournalSnapshot {
  readonly path: string;
  /** Rows that wait, or are being handled. */
  readonly pending: number;
  readonly oldestPendingAtMs: number | undefined;
  /** Rows given up on; their payload is kept. */
  readonly failed: number;
  /** How many of them within the last 24 hours. */
  readonly failedToday: number;
  /** The newest of them, without their text. */
  readonly failures: readonly { readonly lane: string; readonly atMs: number; readonly reason: string }[];
  /** Why the file is not in use; the journal then lives in memory. */
  readonly trouble: StorageTrouble | undefined;
  /** Where a damaged file was moved to since the gateway started. */
  readonly setAside: string | undefined;
}

export interface Journal {
  /** The host's view, for its ingress monitor. */
  readonly queue: JournalQueue;
  /** Settles when the line is on disk (or in memory, while the disk fails). */
  append(line: JournalLine): Promise<Admission>;
  /** Whether a message is known under any of its keys. */
  knows(keys: readonly string[]): boolean;
  /** Whether anything of this conversation is kept. */
  hasHeard(lane: string): boolean;
  /** Conversations something was said in since a moment, newest first; only what `reader` received, when given. */
  recentConversations(query: {
    readonly sinceMs: number;
    readonly limit: number;
    readonly reader?: string | undefined;
  }): Conversation[];
  /** When the last line of the listener was journaled, by this process or one before it; milliseconds since the epoch. */
  lastAppendAtMs(): number | undefined;
  /** Closes a conversation while one of its turns is on its way to the host; the returned function opens it. */
  closeLane(lane: string): () => void;
  /** Called whenever a closed conversation opens; the returned function ends that. */
  onLaneFree(listener: () => void): () => void;
  /** Whether a conversation is closed. */
  busy(): boolean;
  /** Nothing received since then is handled any more; returns how many rows that were. */
  discardSince(sinceMs: number): number;
  /** From now on rows already waiting count as left over by a run before. */
  beginRun(): void;
  snapshot(): JournalSnapshot;
  close(): void;
}

export interface JournalOptions extends Omit<StorageOptions, "onSetAside"> {
  readonly accountId: string;
  readonly clock: Clock;
  readonly onSetAside?: (path: string) => void;
  /** How the changes of one tick are collected. Default `setImmediate`. */
  readonly defer?: (run: () => void) => void;
}

const SHOWN_FAILURES = 10;
const DAY_MS = 24 * 60 * 60_000;
/** An erased payload may stand in SQLite's log until it is emptied; so long it may at most. */
const TIDY_MS = 60_000;

/** One account's journal of received messages: what came in, what became of it, and the only memory of duplicates. */
export function openJournal(options: JournalOptions): Journal {
  const { clock, file, accountId } = options;
  let setAside: string | undefined;
  const storage = openStorage({
    ...options,
    onSetAside: (path) => {
      setAside = path;
      options.onSetAside?.(path);
    },
  });
  const writes = openWrites(storage, { defer: options.defer, onWritten: tidyLater });
  const listeners = new Set<() => void>();
  const claims = openClaims(() => {
    for (const listener of listeners) listener();
  });
  const arrivals = openArrivals();
  const now = () => clock.now();
  const handOut = openHandOut({ storage, writes, claims, arrivals, now });
  let lastAppendMs = storage.read((rows) => rows.newestLiveMs());
  let untidy = false;
  let cancelTidy = () => {};

  function tidyLater(): void {
    if (untidy) return;
    untidy = true;
    cancelTidy = clock.setTimeout(() => {
      untidy = false;
      try {
        storage.tidy();
      } catch {
        // Nobody waits for this; the next change has it done again.
      }
    }, TIDY_MS);
  }

  return {
    queue: createJournalQueue({ accountId, storage, writes, claims, arrivals, handOut, now }),
    async append(line) {
      const atMs = clock.now();
      const known = await writes.write((rows) => arrivals.append(rows, line, atMs));
      if (line.payload.origin === "stream") lastAppendMs = Math.max(lastAppendMs ?? 0, atMs);
      return known?.state ?? "new";
    },
    knows: (keys) => storage.read((rows) => rows.known(keys)),
    hasHeard: (lane) => storage.read((rows) => rows.heard(lane)),
    recentConversations: ({ sinceMs, limit, reader }) =>
      storage.read((rows) => rows.conversations(sinceMs, limit, reader)),
    lastAppendAtMs: () => lastAppendMs,
    closeLane: (lane) => claims.close(lane),
    onLaneFree(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    busy: () => claims.anyClosed(),
    discardSince: (sinceMs) => storage.write((rows) => rows.discard(sinceMs, clock.now())),
    beginRun() {
      writes.flush();
      arrivals.clear();
    },
    snapshot() {
      const sinceMs = clock.now() - DAY_MS;
      const { pending, failed, failedSince, oldestPendingMs } = storage.read((rows) => rows.counts(sinceMs));
      const failures = failed === 0 ? [] : storage.read((rows) => rows.failed(SHOWN_FAILURES));
      return {
        path: file,
        pending,
        oldestPendingAtMs: oldestPendingMs,
        failed,
        failedToday: failedSince,
        failures: failures.map(({ lane, changedMs, failedReason }) => ({
          lane,
          atMs: changedMs,
          reason: failedReason ?? "failed",
        })),
        trouble: storage.trouble(),
        setAside,
      };
    },
    close() {
      // An orderly end is no death: what is still held was not what ended the process.
      void handOut.giveBack(claims.all()).catch(() => {});
      writes.flush();
      cancelTidy();
      storage.close();
    },
  };
}
