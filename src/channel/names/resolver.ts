import { isDeepStrictEqual } from "node:util";
import { describeError } from "../../errors.js";
import { findName, indexNames, type NameAnswer, type NameHolder, type NameKind } from "../../policy/index.js";
import type { Clock } from "../../supervisor/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { forgetDirectory } from "../operate/directory-cache.js";
import { answerIn, emptyBook, readNameBook, writeNameBook, type NameBook } from "./book.js";
import { describeAnswer, needsAttention } from "./report.js";
import { FIRST_PAUSE_MS, isListingDue, withFailure } from "./schedule.js";
import { idOfName, lookedUpNames, nameWishes, type NameWish } from "./wishes.js";

export interface NameResolverOptions {
  /** The account as the config has it now: a name added while it runs is looked up, too. */
  readonly account: () => ResolvedAccount;
  /** The own uid, learned if need be; undefined when nobody can tell now. */
  readonly ownId: () => Promise<string | undefined>;
  /** Reads the list of friends or of groups: one login, if not cached. */
  readonly list: (kind: NameKind, signal: AbortSignal) => Promise<readonly NameHolder[]>;
  readonly clock: Clock;
  readonly log: { info(message: string): void; warn(message: string): void };
}

/** Turns the names in the config of one running account into ids. */
export interface NameResolver {
  /** To be called while the account is connected, as often as one likes: looks up what is due, which is rarely anything. */
  noteConnected(): void;
  /** Whether the first look-up of this run may still tell whom a name stands for. */
  pending(kind: NameKind): boolean;
  /** Settles when that look-up is over, at the latest after 90 s. Rejects when the account stops first. */
  settled(kind: NameKind): Promise<void>;
  /** Takes back what this run pinned: another person turned out to be logged in. */
  disown(): void;
  /** Ends a running look-up; settles when its process is gone. */
  stop(): Promise<void>;
}

/** Longer than Zalo takes for 500 groups, five at a time. */
const LONGEST_WAIT_MS = 90_000;

const kinds: readonly NameKind[] = ["person", "group"];

export function openNameResolver(options: NameResolverOptions): NameResolver {
  const { clock, log } = options;
  let account = options.account();
  const { accountId } = account;
  let wishes = lookedUpNames(account);
  const stopping = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    stopping.signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const tried = new Set<NameKind>();
  const pinnedNow = new Set<string>();
  const waiters = new Set<() => void>();
  let running: Promise<void> | undefined;
  let notBeforeMs = 0;
  tidy();

  /** Takes up what the config names now; of what it did not name before the first look-up is still to come. */
  function refresh(): void {
    const latest = options.account();
    if (latest === account) return;
    account = latest;
    const asked = wishes;
    if (isDeepStrictEqual(lookedUpNames(account), asked)) return;
    wishes = lookedUpNames(account);
    for (const wish of wishes) if (!asked.some((known) => idOfName(known) === idOfName(wish))) tried.delete(wish.kind);
    tidy();
  }

  /** Drops what the config no longer names, and says what the names stand for so far. */
  function tidy(): void {
    for (const wish of nameWishes(account)) if (wish.disguised) log.warn(describeAnswer(accountId, wish, undefined));
    const book = readNameBook(accountId);
    if (book === undefined) return;
    const named = new Set(wishes.map((wish) => idOfName(wish)));
    const kept = book.entries.filter((entry) => named.has(idOfName(entry)));
    if (kept.length < book.entries.length) save({ ...book, entries: kept });
    for (const wish of wishes) {
      const answer = answerIn(book, wish.kind, wish.key);
      if (answer?.kind === "pinned") tell(wish, answer);
    }
  }

  function isDue(kind: NameKind, book: NameBook | undefined): boolean {
    const nowMs = clock.now();
    const answers = wishes.filter((wish) => wish.kind === kind).map((wish) => answerIn(book, kind, wish.key));
    const question = { answers, listing: book?.listings[kind], tried: tried.has(kind), nowMs };
    return nowMs >= notBeforeMs && isListingDue(question);
  }

  async function lookUp(): Promise<void> {
    // Learning it may take its time; a stop must not wait for that.
    const uid = await Promise.race([options.ownId(), stopped]);
    for (const kind of kinds) {
      const book = bookOf(uid);
      // A name that came after this list began to be read gets a look of its own.
      const asked = wishes;
      if (book !== undefined && isDue(kind, book) && !stopping.signal.aborted) await lookUpIn(kind, book);
      if (asked === wishes) tried.add(kind);
      for (const wake of waiters) wake();
    }
  }

  /** Nobody waits longer for a look-up that broke off. */
  function gaveUp(error: unknown): void {
    notBeforeMs = clock.now() + FIRST_PAUSE_MS;
    log.warn(`names cannot be turned into ids: ${describeError(error)}`);
    for (const kind of kinds) tried.add(kind);
    for (const wake of waiters) wake();
  }

  async function lookUpIn(kind: NameKind, book: NameBook): Promise<void> {
    const failed = (what: string) => withFailure(book, kind, clock.now(), what);
    // Should the gateway die over it, the next one must not begin with the same call at once.
    if (!save(failed("the look-up was interrupted."))) return;
    try {
      record(kind, book, await options.list(kind, stopping.signal));
    } catch (error) {
      if (stopping.signal.aborted) return void save(book);
      log.warn(`the list of ${kind === "person" ? "friends" : "groups"} was not read: ${describeError(error)}`);
      save(failed(describeError(error)));
    }
  }

  function record(kind: NameKind, book: NameBook, holders: readonly NameHolder[]): void {
    const index = indexNames(holders);
    const mine = wishes.filter((wish) => wish.kind === kind);
    const answers = mine.map((wish) => {
      const before = answerIn(book, kind, wish.key);
      return { wish, before, answer: findName(wish.name, index, before?.kind === "pinned" ? before : undefined) };
    });
    const others = book.entries.filter((entry) => entry.kind !== kind);
    const written = save({
      ...book,
      entries: [...others, ...answers.map(({ wish: { key }, answer }) => ({ kind, key, answer }))],
      listings: { ...book.listings, [kind]: { readAtMs: clock.now() } },
    });
    // What is not on disk stands for nobody: after a restart it could be another.
    if (!written) return;
    for (const { wish, before, answer } of answers) {
      if (answer.kind === "pinned" && before?.kind !== "pinned") pinnedNow.add(idOfName(wish));
      const firstReport = answer.kind !== "pinned" && !tried.has(kind);
      if (firstReport || !isDeepStrictEqual(before, answer)) tell(wish, answer);
    }
  }

  function tell(wish: NameWish, answer: NameAnswer): void {
    const sentence = describeAnswer(accountId, wish, answer);
    if (needsAttention(answer)) log.warn(sentence);
    else log.info(sentence);
  }

  /** A full disk costs new names, never the account. */
  function save(book: NameBook): boolean {
    try {
      writeNameBook(accountId, book);
      return true;
    } catch (error) {
      notBeforeMs = clock.now() + FIRST_PAUSE_MS;
      log.warn(`names cannot be turned into ids: ${describeError(error)}`);
      return false;
    }
  }

  function bookOf(uid: string | undefined): NameBook | undefined {
    const book = readNameBook(accountId);
    if (uid === undefined || book?.uid === uid) return book;
    return emptyBook(uid);
  }

  function pending(kind: NameKind): boolean {
    refresh();
    if (tried.has(kind) || stopping.signal.aborted) return false;
    const book = readNameBook(accountId);
    const open = wishes.some((wish) => wish.kind === kind && answerIn(book, kind, wish.key)?.kind !== "pinned");
    return open && (running !== undefined || isDue(kind, book));
  }

  return {
    pending,
    noteConnected() {
      if (running !== undefined || stopping.signal.aborted) return;
      refresh();
      const book = readNameBook(accountId);
      if (!kinds.some((kind) => isDue(kind, book))) return;
      running = lookUp()
        .catch(gaveUp)
        .finally(() => {
          running = undefined;
        });
    },
    settled: (kind) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (stopping.signal.aborted) end(() => reject(new Error("The account stopped before names were looked up.")));
          else if (tried.has(kind)) end(resolve);
        };
        const cancel = clock.setTimeout(() => end(resolve), LONGEST_WAIT_MS);
        const end = (settle: () => void) => {
          cancel();
          waiters.delete(look);
          settle();
        };
        waiters.add(look);
        look();
      }),
    disown() {
      const book = readNameBook(accountId);
      const entries = book?.entries.filter((entry) => !pinnedNow.has(idOfName(entry)));
      if (book !== undefined) save({ ...emptyBook(book.uid), entries: entries ?? [] });
      forgetDirectory(accountId);
    },
    async stop() {
      stopping.abort();
      for (const wake of waiters) wake();
      await running;
    },
  };
}
