import type { AccountConfig } from "../../config.js";
import { MOST_REPORTED, nameKey, readListedEntry, type NameAnswer, type NameKind } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { answerIn, readNameBook, type NameBook } from "./book.js";

/** An account's settings as they decide: by ids alone. */
export interface SettingsById {
  readonly settings: AccountConfig;
  /** Keys of `groups` as typed, by id, where they differ. */
  readonly typedKeys: ReadonlyMap<string, string>;
  /** The first key of `groups` that holds a group back by a name nobody knows the id of, as typed. */
  readonly unresolvedKey?: string | undefined;
}

type Groups = NonNullable<AccountConfig["groups"]>;
type GroupEntry = Groups[string];

/**
 * Puts the pinned id in place of every name. What stands for nobody stays as typed and matches nothing. Reads what is
 * on disk; looks nothing up.
 */
export function settingsById(account: ResolvedAccount): SettingsById {
  // A block with a fault may have any shape, and its account does not run.
  if (account.fault !== undefined) return { settings: account.settings, typedKeys: new Map() };
  const book = account.namesIgnored ? undefined : readNameBook(account.accountId);
  const known = cache.get(account);
  if (known !== undefined && known.book === book) return known.result;
  const { allowFrom, groupAllowFrom, groups } = account.settings;
  const byId = groups === undefined ? undefined : groupsById(withPeopleById(groups, book), book);
  const result: SettingsById = {
    settings: {
      ...account.settings,
      ...(allowFrom === undefined ? {} : { allowFrom: allowFrom.map((entry) => personId(entry, book)) }),
      ...(groupAllowFrom === undefined ? {} : { groupAllowFrom: groupAllowFrom.map((entry) => personId(entry, book)) }),
      ...(byId === undefined ? {} : { groups: byId.groups }),
    },
    typedKeys: byId?.typedKeys ?? new Map(),
    unresolvedKey: groups === undefined ? undefined : unresolvedKeyOf(groups, book),
  };
  cache.set(account, { book, result });
  return result;
}

const cache = new WeakMap<ResolvedAccount, { readonly book: NameBook | undefined; readonly result: SettingsById }>();

function withPeopleById(groups: Groups, book: NameBook | undefined): Groups {
  const entries = Object.entries(groups).map(([key, entry]): [string, GroupEntry] => {
    const { allowFrom } = entry;
    return [
      key,
      allowFrom === undefined ? entry : { ...entry, allowFrom: allowFrom.map((who) => personId(who, book)) },
    ];
  });
  return Object.fromEntries(entries);
}

function personId(entry: string | number, book: NameBook | undefined): string | number {
  const read = readListedEntry(entry, "user");
  const answer = read.kind === "name" ? ask(book, "person", read.name) : undefined;
  return answer?.kind === "pinned" ? answer.id : entry;
}

interface Candidate {
  readonly id: string;
  readonly typed: string;
  readonly entry: GroupEntry;
  /** Lower wins: the id itself, the id with a prefix, a name. */
  readonly rank: number;
}

function groupsById(groups: Groups, book: NameBook | undefined): { groups: Groups; typedKeys: Map<string, string> } {
  const candidates = Object.entries(groups).flatMap(([typed, entry]) => candidatesOf(typed, entry, book, groups));
  const chosen = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const before = chosen.get(candidate.id);
    if (before === undefined || wins(candidate, before)) chosen.set(candidate.id, candidate);
  }
  const typedKeys = new Map([...chosen.values()].filter(({ id, typed }) => id !== typed).map((c) => [c.id, c.typed]));
  // `fromEntries` makes own properties of everything: a group may be called `__proto__`.
  return { groups: Object.fromEntries([...chosen].map(([id, { entry }]) => [id, entry])), typedKeys };
}

function candidatesOf(typed: string, entry: GroupEntry, book: NameBook | undefined, groups: Groups): Candidate[] {
  const read = readListedEntry(typed, "group");
  switch (read.kind) {
    case "id":
      return [{ id: read.id, typed, entry, rank: read.id === typed ? 0 : 1 }];
    case "everybody":
      return [{ id: "*", typed, entry, rank: typed === "*" ? 0 : 1 }];
    case "other":
      return [{ id: typed, typed, entry, rank: 0 }];
    case "name":
      return namedCandidates(typed, entry, ask(book, "group", read.name), groups);
  }
}

function namedCandidates(
  typed: string,
  entry: GroupEntry,
  answer: NameAnswer | undefined,
  groups: Groups,
): Candidate[] {
  // As typed it matches no id, but it still says that groups were listed.
  const asTyped = { id: typed, typed, entry, rank: 2 };
  if (answer?.kind === "pinned") return [{ id: answer.id, typed, entry, rank: 2 }];
  if (answer?.kind !== "ambiguous" || !restricts(entry, groups)) return [asTyped];
  // Nobody can tell which group was to be held back, so both are.
  return [asTyped, ...answer.holders.map(({ id }) => ({ id, typed, entry: { allow: false }, rank: 3 }))];
}

function wins(candidate: Candidate, before: Candidate): boolean {
  if (candidate.rank !== before.rank) return candidate.rank < before.rank;
  // Two names of one group: the one that closes it counts.
  return isClosed(candidate.entry) && !isClosed(before.entry);
}

function isClosed({ allow, enabled }: GroupEntry): boolean {
  return allow === false || enabled === false;
}

/** Whether a group is worse off with the entry than without it. */
function restricts(entry: GroupEntry, groups: Groups): boolean {
  if (isClosed(entry) || entry.tools !== undefined || entry.skills !== undefined) return true;
  if ((entry.allowFrom ?? []).length > 0) return true;
  return entry.requireMention === true && Object.entries(groups).some(([key, other]) => isLax(key, other));
}

function isLax(key: string, { requireMention }: GroupEntry): boolean {
  return readListedEntry(key, "group").kind === "everybody" && requireMention === false;
}

function unresolvedKeyOf(groups: Groups, book: NameBook | undefined): string | undefined {
  const found = Object.entries(groups).find(([typed, entry]) => {
    const read = readListedEntry(typed, "group");
    return read.kind === "name" && restricts(entry, groups) && !isNarrowedDown(ask(book, "group", read.name));
  });
  return found?.[0];
}

/** Whether every group is known that a name may mean. */
function isNarrowedDown(answer: NameAnswer | undefined): boolean {
  return answer?.kind === "pinned" || (answer?.kind === "ambiguous" && answer.holders.length < MOST_REPORTED);
}

function ask(book: NameBook | undefined, kind: NameKind, name: string): NameAnswer | undefined {
  return answerIn(book, kind, nameKey(name));
}
