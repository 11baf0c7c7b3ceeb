import { isDisguised, nameKey, readListedEntry, type NameKind } from "../../policy/index.js";
import { settingPath, type ResolvedAccount } from "../account/accounts.js";

/** A name in the config that has to become an id. */
export interface NameWish {
  readonly kind: NameKind;
  /** What tells names apart; the same for every spelling of one name. */
  readonly key: string;
  /** As the operator typed it. */
  readonly name: string;
  /** Config paths of the lists it stands in. */
  readonly paths: readonly string[];
  /** Holds invisible characters, and so never becomes an id. */
  readonly disguised: boolean;
}

/** Every name in the settings of an account, in config order. Ids, `*` and what is no name are left out. */
export function nameWishes(account: ResolvedAccount): readonly NameWish[] {
  const known = cache.get(account);
  if (known) return known;
  const { allowFrom, groupAllowFrom, groups } = isReadable(account) ? account.settings : {};
  const wishes = new Map<string, NameWish>();
  const add = (kind: NameKind, entry: string | number, path: string) => {
    const read = readListedEntry(entry, kind === "group" ? "group" : "user");
    if (read.kind !== "name") return;
    const key = nameKey(read.name);
    const earlier = wishes.get(`${kind} ${key}`);
    const paths = [...new Set([...(earlier?.paths ?? []), path])];
    wishes.set(`${kind} ${key}`, { kind, key, name: read.name, paths, disguised: isDisguised(read.name) });
  };
  for (const entry of allowFrom ?? []) add("person", entry, settingPath(account, "allowFrom"));
  for (const entry of groupAllowFrom ?? []) add("person", entry, settingPath(account, "groupAllowFrom"));
  for (const [key, { allowFrom: people = [] }] of Object.entries(groups ?? {})) {
    add("group", key, settingPath(account, "groups"));
    for (const entry of people) add("person", entry, `${settingPath(account, "groups")}.${key}.allowFrom`);
  }
  const found = [...wishes.values()];
  cache.set(account, found);
  return found;
}

/** Those that can become an id at all. */
export function lookedUpNames(account: ResolvedAccount): readonly NameWish[] {
  return nameWishes(account).filter(({ disguised }) => !disguised);
}

export function idOfName({ kind, key }: { readonly kind: NameKind; readonly key: string }): string {
  return `${kind} ${key}`;
}

/** Accounts are resolved once per config, and asked on every message. */
const cache = new WeakMap<ResolvedAccount, readonly NameWish[]>();

function isReadable({ fault, namesIgnored }: ResolvedAccount): boolean {
  // A block with a fault may have any shape, and its account does not run.
  return fault === undefined && !namesIgnored;
}
