import type { Arrivals } from "./arrivals.js";
import type { Claim, Claims } from "./claims.js";
import { readPayload, type JournalPayload, type RowHead } from "./entry.js";
import type { Rows } from "./rows.js";
import type { Storage } from "./storage.js";
import type { Writes } from "./writes.js";

export interface HandedOut {
  readonly claim: Claim;
  readonly payload: JournalPayload | undefined;
}

export interface HandOut {
  /** Claims the row that `choose` finds. Its text is read with it: a row's number is good within one database only. */
  take(choose: (rows: Rows) => RowHead | undefined, ownerId: string): Promise<HandedOut | undefined>;
  /** Gives claims back as if nothing had begun: whatever ends them ended well enough to say so. */
  giveBack(given: readonly Claim[]): Promise<void>;
}

interface HandOutParts {
  readonly storage: Storage;
  readonly writes: Writes;
  readonly claims: Claims;
  readonly arrivals: Arrivals;
  readonly now: () => number;
}

/**
 * Hands rows out. That work on a row left over by a run before begins is on disk before it does: a row over which the
 * process dies tells so at the next start. What this run received itself is spared that write; it is counted from the
 * first death on.
 */
export function openHandOut({ storage, writes, claims, arrivals, now }: HandOutParts): HandOut {
  const seqOf = (rows: Rows, { head }: Claim) => rows.byId(head.id)?.seq;
  return {
    async take(choose, ownerId) {
      const found = storage.read((rows) => {
        const head = choose(rows);
        return head && { head, text: rows.payload(head.seq) };
      });
      if (found === undefined) return undefined;
      const { head, text } = found;
      const claim = claims.take({ head, recovered: !arrivals.has(head.id) }, ownerId, now());
      if (!claim.recovered) return { claim, payload: readPayload(text) };
      try {
        await writes.write((rows) => {
          const seq = seqOf(rows, claim);
          if (seq !== undefined) rows.begin(seq);
        });
      } catch (error) {
        claims.drop(claim);
        throw error;
      }
      return { claim, payload: readPayload(text) };
    },
    async giveBack(given) {
      const begun = given.filter(({ recovered }) => recovered);
      if (begun.length > 0) {
        await writes.write((rows) => {
          for (const claim of begun) {
            const seq = seqOf(rows, claim);
            if (seq !== undefined) rows.forgetBegun(seq);
          }
        });
      }
      for (const claim of given) claims.drop(claim);
    },
  };
}
