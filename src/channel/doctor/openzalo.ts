import { DEFAULT_ACCOUNT_ID, normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import type { AccountConfig, ChannelConfig, GroupPolicy } from "../../config.js";
import { readOpenzalo, type OldAccount, type OldGroup } from "./openzalo-block.js";
import { groupOf, groupOfKey, keyFor, personOf } from "./openzalo-entries.js";

type Groups = NonNullable<AccountConfig["groups"]>;

/**
 * The same rules in our words: openzalo's `groupAllowFrom` lists groups, ours people, and its default for groups is an
 * allowlist. Never lets anybody in whom openzalo kept out. Undefined when the block cannot be read.
 */
export function fromOpenzalo(block: unknown, defaultGroupPolicy: GroupPolicy = "allowlist"): ChannelConfig | undefined {
  const old = readOpenzalo(block);
  if (old === undefined) return undefined;
  const { accounts = {}, defaultAccount, ...own } = old;
  const root = { groupPolicy: defaultGroupPolicy, ...own };
  const listed = Object.entries(accounts);
  if (listed.length === 0) return { ...converted(root, DEFAULT_ACCOUNT_ID), enabled: root.enabled !== false };
  const ids = new Set(listed.map(([id]) => normalizeAccountId(id)));
  return {
    enabled: root.enabled !== false,
    // One without a block is an account here, and would run on a root that says nothing about who gets in.
    ...(defaultAccount === undefined || !ids.has(normalizeAccountId(defaultAccount)) ? {} : { defaultAccount }),
    // Everything an account inherits there is written out here, where lists mean something else.
    accounts: Object.fromEntries(
      listed.map(([id, block]) => {
        const { profile: _profile, name: _name, ...shared } = root;
        return [id, converted({ ...shared, ...block }, normalizeAccountId(id))];
      }),
    ),
  };
}

function converted(old: OldAccount, accountId: string): AccountConfig {
  const { name, enabled, profile, zcaBinary, dmPolicy = "pairing", allowFrom, historyLimit, mediaMaxMb } = old;
  const groups = groupsOf(old);
  return {
    ...(name === undefined ? {} : { name }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(profile === undefined || profile === accountId ? {} : { profile }),
    ...(zcaBinary === undefined ? {} : { zcaBinary }),
    dmPolicy,
    ...(allowFrom === undefined ? {} : { allowFrom: peopleIn(allowFrom) }),
    groupPolicy: isClosedToAll(old) ? "disabled" : (old.groupPolicy ?? "allowlist"),
    ...(Object.keys(groups).length === 0 ? {} : { groups }),
    ...(historyLimit === undefined ? {} : { historyLimit }),
    ...(mediaMaxMb === undefined ? {} : { mediaMaxMb }),
  };
}

/** A closed `*` closes every group there, listed or not. */
function isClosedToAll({ groups }: OldAccount): boolean {
  return own(groups ?? {}, "*")?.enabled === false;
}

function groupsOf({ groups = {}, groupAllowFrom = [] }: OldAccount): Groups {
  const ids = new Set([...groupAllowFrom.map(groupOf), ...Object.keys(groups).map(groupOfKey)]);
  const wildcard = own(groups, "*");
  return Object.fromEntries(
    [...ids].flatMap((id) => {
      if (id === undefined) return [];
      const key = keyFor(groups, id);
      return [[id, ruleOf(key === undefined ? undefined : groups[key], wildcard)]];
    }),
  );
}

function ruleOf(rule: OldGroup | undefined, wildcard: OldGroup | undefined): Groups[string] {
  const list = [rule?.allowFrom, wildcard?.allowFrom].find((people) => (people ?? []).length > 0);
  const senders = list === undefined ? undefined : peopleIn(list);
  const tools = rule?.tools ?? wildcard?.tools;
  const requireMention = rule?.requireMention ?? wildcard?.requireMention;
  const { skills, systemPrompt } = rule ?? wildcard ?? {};
  // Rules by sender would be lost, and with them what some may not do: such a group stays closed until somebody looks.
  // Those of `*` hold for every group without tools of its own, listed or not.
  const isLost =
    rule?.toolsBySender !== undefined || (rule?.tools === undefined && wildcard?.toolsBySender !== undefined);
  // A list of nobody kept everybody out there; here it would say nothing.
  const isEmptied = senders?.length === 0;
  return {
    allow: rule?.enabled !== false && !isLost && !isEmptied,
    ...(requireMention === undefined ? {} : { requireMention }),
    ...(senders === undefined || isEmptied ? {} : { allowFrom: senders }),
    ...(tools === undefined ? {} : { tools: toolsOf(tools) }),
    ...(skills === undefined ? {} : { skills }),
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
  };
}

function toolsOf({ allow, alsoAllow, deny }: NonNullable<OldGroup["tools"]>): NonNullable<Groups[string]["tools"]> {
  return { ...(allow && { allow }), ...(alsoAllow && { alsoAllow }), ...(deny && { deny }) };
}

function peopleIn(list: readonly (string | number)[]): string[] {
  return list.flatMap((entry) => personOf(entry) ?? []);
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
