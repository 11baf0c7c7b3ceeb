/** What is read of one row of a conversation's history. */
export interface SeenRow {
  readonly atMs: number;
  /** Written by this account, by its owner's phone as well as by us. */
  readonly isOwn: boolean;
  /** An own message that we sent. */
  readonly isOurs: boolean;
  /** Heard before, under any of its ids. */
  readonly isKnown: boolean;
}

export interface MissedQuestion {
  /** Start of what is missing, ms since 1970. */
  readonly sinceMs: number;
  /** When the account listened for the first time: what was said before was not said to it. */
  readonly firstMs: number;
  /** Rows asked for. */
  readonly asked: number;
  /** Messages before this moment are not handled any more. */
  readonly fenceMs: number;
  /** When something was last heard in this conversation; 0 = never. */
  readonly lastKnownMs: number;
  /** Since when a listener hears this conversation again; undefined while none does. */
  readonly liveSinceMs?: number | undefined;
}

/**
 * `complete`: the list reaches from what was missed back to before it. `cut`: there is more than was asked for.
 * `partial`: the list may have holes; what is not in it may still have been said.
 */
export type Completeness = "complete" | "cut" | "partial";

export interface Missed<Row> {
  /**
   * Oldest first. `contextOnly`: the owner has answered since, from the phone. `mayComeLive`: the listener may be about
   * to hand on the very message, with the mentions that a history does not have.
   */
  readonly take: readonly { readonly row: Row; readonly contextOnly: boolean; readonly mayComeLive: boolean }[];
  readonly completeness: Completeness;
  /** Missed messages beyond the age fence. */
  readonly tooOld: number;
}

/** Zalo's clock and ours differ; reading back what is known costs nothing. */
const overlapMs = 2 * 60_000;
/** As far as the clock of a machine that keeps time may be off. */
const clocksDifferMs = 5_000;
/** Recalled messages disappear from the list, so only a clear distance speaks for missing newest rows. */
const staleMs = 60_000;

/** The messages of a conversation nobody has heard. Rows may come in any order. */
export function findMissed<Row extends SeenRow>(rows: readonly Row[], question: MissedQuestion): Missed<Row> {
  const { sinceMs, firstMs, fenceMs, liveSinceMs = Number.POSITIVE_INFINITY } = question;
  const fromMs = Math.max(sinceMs - overlapMs, firstMs);
  const missed = rows.filter((row) => !row.isOwn && !row.isKnown && row.atMs > fromMs);
  const answeredMs = latest(rows.filter((row) => row.isOwn && !row.isOurs));
  return {
    take: missed
      .filter((row) => row.atMs >= fenceMs)
      .toSorted((a, b) => a.atMs - b.atMs)
      .map((row) => ({
        row,
        contextOnly: row.atMs < answeredMs,
        mayComeLive: row.atMs > liveSinceMs - clocksDifferMs,
      })),
    completeness: completenessOf(rows, question),
    tooOld: missed.filter((row) => row.atMs < fenceMs).length,
  };
}

function completenessOf(rows: readonly SeenRow[], { sinceMs, asked, lastKnownMs }: MissedQuestion): Completeness {
  const wasHeard = lastKnownMs > 0;
  if (wasHeard && latest(rows) < Math.min(lastKnownMs, sinceMs) - staleMs) return "partial";
  if (rows.some((row) => row.atMs <= sinceMs)) return "complete";
  if (rows.length >= asked) return "cut";
  // Where nobody has written before, an empty list is what there is.
  return wasHeard ? "partial" : "complete";
}

function latest(rows: readonly SeenRow[]): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...rows.map(({ atMs }) => atMs));
}
