import path from "node:path";
import { z } from "zod";
import type { NameAnswer, NameKind } from "../../policy/index.js";
import { openSlot, type Slot } from "../account/slot.js";
import { lookAt } from "../account/stat.js";
import { openAccountState } from "../account/state.js";

const named = z.object({ id: z.string(), name: z.string() });

const answerShape: z.ZodType<NameAnswer> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("pinned"),
    ...named.shape,
    nowCalled: z.string().optional(),
    missing: z.boolean().optional(),
    rivals: z.array(named),
  }),
  z.object({ kind: z.literal("ambiguous"), holders: z.array(named) }),
  z.object({ kind: z.literal("unknown"), lookalikes: z.array(named) }),
]);

const listing = z.object({
  /** When the list was last read. */
  readAtMs: z.number().optional(),
  /** Why it could not be read since, and how often. Written before a try, so that a crash counts as one. */
  failure: z.object({ atMs: z.number(), times: z.number(), what: z.string() }).optional(),
});

const bookShape = z.object({
  /** Whose friends and groups these are: ids differ for every own account, so another login inherits nothing. */
  uid: z.string(),
  entries: z.array(z.object({ kind: z.enum(["person", "group"]), key: z.string(), answer: answerShape })),
  listings: z.object({ person: listing, group: listing }),
});

export type NameBook = z.infer<typeof bookShape>;

export function emptyBook(uid: string): NameBook {
  return { uid, entries: [], listings: { person: {}, group: {} } };
}

/** What every name of an account's config stands for, kept in a private file that status and doctor read, too. */
export function readNameBook(accountId: string): NameBook | undefined {
  const { login } = openAccountState(accountId);
  const uid = readAnew(login)?.uid;
  const book = readAnew(slotOf(accountId));
  return uid !== undefined && book?.uid === uid ? book : undefined;
}

/** Throws `STATE_UNWRITABLE`; what could not be written does not count. */
export function writeNameBook(accountId: string, book: NameBook): void {
  const slot = slotOf(accountId);
  slot.write(book);
  known.set(slot.path, { stamp: stampOf(slot.path), value: book });
}

export function answerIn(book: NameBook | undefined, kind: NameKind, key: string): NameAnswer | undefined {
  if (book === undefined) return undefined;
  const index = answers.get(book) ?? new Map(book.entries.map((entry) => [`${entry.kind} ${entry.key}`, entry.answer]));
  answers.set(book, index);
  return index.get(`${kind} ${key}`);
}

/** A book is never changed, only replaced. */
const answers = new WeakMap<NameBook, ReadonlyMap<string, NameAnswer>>();

function slotOf(accountId: string): Slot<NameBook> {
  return openSlot(path.join(openAccountState(accountId).folder, "names.json"), bookShape, accountId);
}

/** Asked on every message: the file is parsed again only when it has changed. */
const known = new Map<string, { readonly stamp: string | undefined; readonly value: unknown }>();

function readAnew<T>(slot: Slot<T>): T | undefined {
  const stamp = stampOf(slot.path);
  const cached = known.get(slot.path);
  // The path decides the shape. What cannot be looked at has not changed, as far as anybody can tell.
  if (stamp === undefined || cached?.stamp === stamp) return cached?.value as T | undefined;
  const value = slot.read();
  known.set(slot.path, { stamp, value });
  return value;
}

/** Files are replaced, not rewritten: two changes within one tick of the file system's clock differ in their inode. */
function stampOf(file: string): string | undefined {
  const found = lookAt(file);
  if (found instanceof Error) return undefined;
  return found === undefined ? "" : `${found.ino}@${found.mtimeMs}`;
}
