import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { effectiveGroupPolicy, readListedEntry } from "../../policy/index.js";
import { listAccountIds, settingPath, type ResolvedAccount } from "../account/accounts.js";
import { lastKnownGroups } from "../operate/directory.js";
import { isOwn, keyOf, withBlockAt, without } from "./blocks.js";
import type { Proposal } from "./proposal.js";

/** In openzalo `groupAllowFrom` lists groups, here people: as people they let nobody in. */
export function groupsAmongPeople(cfg: OpenClawConfig, account: ResolvedAccount): Proposal[] {
  const found = entriesFor(account);
  if (found.length === 0 || reasonToLeave(cfg, account, found) !== undefined) return [];
  const { settings, configPath } = account;
  const typed = new Set(found.map(({ entry }) => entry));
  const listed = new Set(Object.keys(settings.groups ?? {}).map(groupIdOf));
  const added = found.filter(({ id }) => !listed.has(id)).map(({ id }) => [id, { allow: true }] as const);
  // Said elsewhere, the policy stays there alone; what follows from the entries would follow from nothing without them.
  const isImplicit = effectiveGroupPolicy(account).source === "entries";
  return [
    {
      what: `${configPath}.groupAllowFrom names groups (${idsOf(found)}), as openzalo has it, but here it lists people: move them to ${configPath}.groups.`,
      apply: (from) =>
        withBlockAt(from, keyOf(account), (old) => {
          const people = (old.groupAllowFrom ?? []).filter((entry) => !typed.has(String(entry)));
          return {
            ...without(old, "groupAllowFrom"),
            ...(people.length === 0 ? {} : { groupAllowFrom: people }),
            ...(isImplicit ? { groupPolicy: "allowlist" } : {}),
            // Groups of its own replace all that an account inherits about groups, closed ones included.
            ...(added.length === 0 ? {} : { groups: { ...settings.groups, ...Object.fromEntries(added) } }),
          };
        }),
    },
  ];
}

/** The groups among people that only the operator can move without letting anybody new in. */
export function groupsLeftAmongPeople(cfg: OpenClawConfig, account: ResolvedAccount): string[] {
  const found = entriesFor(account);
  const reason = found.length === 0 ? undefined : reasonToLeave(cfg, account, found);
  if (reason === undefined) return [];
  const { accountId, configPath } = account;
  return [
    `${configPath}.groupAllowFrom of the account "${accountId}" names groups (${idsOf(found)}), as openzalo has it, but here it lists people, and a group is nobody. They are left there, because ${reason}. List groups in ${settingPath(account, "groups")}, and in ${configPath}.groupAllowFrom the people who may write there, or "*" for everybody.`,
  ];
}

interface GroupEntry {
  /** As it stands in the list. */
  readonly entry: string;
  readonly id: string;
}

/** Under any other policy a group does not have to be listed, so taking it off the list of people could only open. */
function entriesFor(account: ResolvedAccount): GroupEntry[] {
  const { settings, accountId, fault } = account;
  if (fault !== undefined || !isOwn(account, "groupAllowFrom")) return [];
  if (effectiveGroupPolicy(account).policy !== "allowlist") return [];
  const known = new Set(lastKnownGroups(accountId).map(({ id }) => id));
  return (settings.groupAllowFrom ?? []).map(String).flatMap((entry) => {
    const bare = entry.trim().replace(/^(?:zalouser|zlu|openzalo):/iu, "");
    // Only digits: "G-Dragon" is a person.
    const id = /^(?:group:|g[:-])(\d{5,24})$/iu.exec(bare)?.[1] ?? (known.has(bare) ? bare : undefined);
    return id === undefined ? [] : [{ entry, id }];
  });
}

/** How moving would let in somebody who is kept out now, if it would. */
function reasonToLeave(
  cfg: OpenClawConfig,
  account: ResolvedAccount,
  found: readonly GroupEntry[],
): string | undefined {
  const { groups = {}, groupAllowFrom = [] } = account.settings;
  const path = settingPath(account, "groups");
  const others = listAccountIds(cfg).filter((id) => id !== account.accountId);
  if (keyOf(account) === undefined && others.length > 0)
    return `other accounts use the list, too (${others.map((id) => `"${id}"`).join(", ")})`;
  // Whoever is in a listed group may write there once the list of people is empty.
  if (found.length === groupAllowFrom.length && Object.keys(groups).length > 0)
    return `without them everybody could write in the groups of ${path}`;
  const rest = Object.entries(groups).find(([key]) => readListedEntry(key, "group").kind === "everybody")?.[1];
  if (rest?.allow === false || rest?.enabled === false) return `${path}.* closes every group that is not listed`;
  return undefined;
}

function groupIdOf(key: string): string {
  const read = readListedEntry(key, "group");
  return read.kind === "id" ? read.id : key;
}

function idsOf(found: readonly GroupEntry[]): string {
  return found.map(({ id }) => id).join(", ");
}
