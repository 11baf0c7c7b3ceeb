import type { LedgerEntry } from "./ledger-entry.js";
import type { SendPrint } from "./send-print.js";

/** What earlier tries of a delivery have come to. */
export type Standing =
  | {
      readonly kind: "resumable";
      /** Message ids of the parts that are out, by part. */
      readonly sent: ReadonlyMap<number, readonly string[]>;
    }
  /** A part may be out: nothing may be sent before that is known. */
  | { readonly kind: "unknown"; readonly part: number }
  /** What would be sent now is not what was begun: sending the rest would be sending something else. */
  | { readonly kind: "changed" };

/** Compares the messages of one send with what the ledger has of it. */
export function standingOf(entries: readonly LedgerEntry[], prints: readonly SendPrint[]): Standing {
  const sent = new Map<number, readonly string[]>();
  const tried = entries.filter(({ state }) => state !== "unsent");
  for (const entry of tried) {
    if (entry.parts !== prints.length || prints[entry.part]?.hash !== entry.hash) return { kind: "changed" };
    if (entry.state === "sent") sent.set(entry.part, entry.messageIds);
  }
  const open = tried.find(({ part, state }) => state !== "sent" && !sent.has(part));
  return open === undefined ? { kind: "resumable", sent } : { kind: "unknown", part: open.part };
}
