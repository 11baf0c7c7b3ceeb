import { isSuspect, type Claims } from "./claims.js";
import type { RowHead } from "./entry.js";
import type { Rows } from "./rows.js";

/** Which waiting rows may be handed out now, and in which order. */
export function openOffers(claims: Claims) {
  const isFree = ({ id }: RowHead) => claims.get(id) === undefined;
  /** What may have killed the process before is tried alone. */
  const isSafe = (head: RowHead) => !isSuspect(head) || !claims.anySuspect();
  return {
    mayClaim: (head: RowHead): boolean => isFree(head) && isSafe(head),
    /** The next row of every conversation that may be handed out, oldest first; then those that stepped aside. */
    available(rows: Rows): RowHead[] {
      const heads = rows.waiting().flatMap(({ first, count }) => {
        const held = claims.freshIn(first.lane);
        if (held >= count || !claims.mayHandOut(first.lane)) return [];
        return held === 0 ? first : (rows.waitingIn(first.lane, held + 1).find(isFree) ?? []);
      });
      const aside = rows.aside().filter((head) => isFree(head) && claims.mayHandOut(head.lane));
      return [...heads.sort((a, b) => a.seq - b.seq), ...aside].filter(isSafe);
    },
    /** Of rows that were named, those that may be handed out, in the same order. */
    *candidates(rows: Rows, ids: Iterable<string>): Generator<RowHead> {
      for (const id of ids) {
        const head = rows.byId(id);
        if (head?.state === "pending" && isFree(head) && isSafe(head) && claims.mayHandOut(head.lane)) yield head;
      }
    },
  };
}
