import { randomUUID } from "node:crypto";
import type { LedgerEntry, SendAttempt } from "./ledger-entry.js";
import { openLedgerStore, type LedgerStoreOptions } from "./ledger-store.js";

/**
 * What this account sent or may have sent, without a word of it: parts of deliveries, their outcomes, the ids Zalo gave.
 * It outlives the gateway; each entry is on disk before its call leaves. Never throws: trouble with the disk must not
 * keep an answer from a person, it only weakens what can be said after a crash.
 */
export interface SendLedger {
  /** Opaque; changes with each start of the gateway. */
  readonly run: string;
  begin(attempt: SendAttempt): LedgerEntry;
  end(entry: LedgerEntry, outcome: SendEnding): void;
  find(id: string): LedgerEntry | undefined;
  /** Every attempt of a delivery, oldest first. */
  ofDelivery(delivery: string): readonly LedgerEntry[];
  ofUnit(delivery: string, unit: number): readonly LedgerEntry[];
  /** Attempts of a conversation, or of all, since then whose outcome is not known, oldest first. */
  open(sinceMs: number, thread?: string): readonly LedgerEntry[];
  /** Whether a call outside of any delivery that is known by its id may have brought something to a conversation since then. */
  hasAnonymous(thread: string, sinceMs: number): boolean;
  noteTold(delivery: string): void;
  /** Whether a message is one this account sent through the plugin. */
  isOurs(messageId: string, threadId: string): boolean;
  /** Whether a call that began after this moment must stand here. */
  isComplete(sinceMs: number): boolean;
  /** What is wrong with the file, in words for status. */
  trouble(): string | undefined;
  close(): void;
  /** Closes for good; what is reported to it afterwards is dropped. */
  retire(): void;
}

export type SendEnding =
  | { readonly kind: "sent"; readonly messageIds: readonly string[] }
  | { readonly kind: "unsent" | "unknown" };

/** An act leaves nothing in the history that could tell what became of it. */
const openMessage = "state IN ('started', 'unknown') AND kind != 'act'";

export function openSendLedger(options: LedgerStoreOptions): SendLedger {
  const { now } = options;
  const run = randomUUID();
  const store = openLedgerStore(options);
  return {
    run,
    begin(attempt) {
      const entry: LedgerEntry = {
        ...attempt,
        id: randomUUID(),
        run,
        startedAtMs: now(),
        endedAtMs: undefined,
        state: "started",
        messageIds: [],
        told: false,
      };
      store.put(entry);
      return entry;
    },
    end(entry, outcome) {
      const known = store.get(entry.id) ?? entry;
      const messageIds = outcome.kind === "sent" ? outcome.messageIds : known.messageIds;
      // The end of the attempt stays what it was when a later look at the history settles it.
      store.put({ ...known, state: outcome.kind, messageIds, endedAtMs: known.endedAtMs ?? now() });
    },
    find: (id) => store.get(id),
    ofDelivery: (delivery) => store.select("delivery = ?", [delivery]),
    ofUnit: (delivery, unit) => store.select("delivery = ? AND unit = ?", [delivery, unit]),
    open: (sinceMs, thread) =>
      thread === undefined
        ? store.select(`${openMessage} AND started_ms >= ?`, [sinceMs])
        : store.select(`${openMessage} AND started_ms >= ? AND thread = ?`, [sinceMs, thread]),
    hasAnonymous: (thread, sinceMs) =>
      store.select("delivery IS NULL AND thread = ? AND started_ms >= ? AND state != 'unsent' AND kind != 'act'", [
        thread,
        sinceMs,
      ]).length > 0,
    noteTold(delivery) {
      for (const entry of store.select("delivery = ?", [delivery]))
        if (!entry.told) store.put({ ...entry, told: true });
    },
    isOurs: (messageId, threadId) => store.hasMessage(messageId, [`user:${threadId}`, `group:${threadId}`]),
    isComplete: (sinceMs) => store.completeSinceMs() <= sinceMs,
    trouble: () => store.trouble(),
    close: () => store.close(),
    retire: () => store.retire(),
  };
}
