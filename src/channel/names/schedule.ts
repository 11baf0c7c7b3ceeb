import type { NameAnswer, NameKind } from "../../policy/index.js";
import type { NameBook } from "./book.js";

const minute = 60_000;
const hour = 60 * minute;
/** A listing is a login: one that fails is tried again after 10 minutes, then ever later. */
export const FIRST_PAUSE_MS = 10 * minute;
const LONGEST_PAUSE_MS = 6 * hour;
/** How often a name that fits nobody is looked up again while the account runs. Every start does it, too. */
const UNKNOWN_AGAIN_MS = 6 * hour;
/** Pins hold without any list; one is read now and then to report who was renamed. */
const PINS_AGAIN_MS = 7 * 24 * hour;

type Listing = NameBook["listings"][NameKind];

export interface ListingQuestion {
  /** What the names of this kind stand for so far; undefined: never looked up. */
  readonly answers: readonly (NameAnswer | undefined)[];
  readonly listing: Listing | undefined;
  /** Whether this run has looked them up already. */
  readonly tried: boolean;
  readonly nowMs: number;
}

/** Whether the list of friends, or of groups, is worth a login now. */
export function isListingDue({ answers, listing, tried, nowMs }: ListingQuestion): boolean {
  if (answers.length === 0) return false;
  const { readAtMs, failure } = listing ?? {};
  if (failure !== undefined && nowMs - failure.atMs < pauseAfter(failure.times)) return false;
  const ageMs = readAtMs === undefined ? Number.POSITIVE_INFINITY : nowMs - readAtMs;
  if (answers.includes(undefined) || ageMs >= PINS_AGAIN_MS) return true;
  return answers.some((answer) => answer?.kind !== "pinned") && (!tried || ageMs >= UNKNOWN_AGAIN_MS);
}

/** The book with one more failed try to read a list. */
export function withFailure(book: NameBook, kind: NameKind, atMs: number, what: string): NameBook {
  const listing = book.listings[kind];
  const failure = { atMs, times: (listing.failure?.times ?? 0) + 1, what };
  return { ...book, listings: { ...book.listings, [kind]: { ...listing, failure } } };
}

function pauseAfter(times: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (times - 1), LONGEST_PAUSE_MS);
}
