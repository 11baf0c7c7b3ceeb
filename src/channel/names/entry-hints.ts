import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { readListedEntry, showName } from "../../policy/index.js";
import { settingPath, type ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID } from "../channel-id.js";

const reference = /^accessGroup:(.*)$/u;

/** Entries of lists that can match nobody, and no group, whatever Zalo knows. Ids and names are left to others. */
export function entryHints(cfg: OpenClawConfig, account: ResolvedAccount): string[] {
  if (account.fault !== undefined) return [];
  const { allowFrom = [], groupAllowFrom = [], groups = {} } = account.settings;
  const groupsPath = settingPath(account, "groups");
  const lists: [path: string, people: readonly (string | number)[]][] = [
    [settingPath(account, "allowFrom"), allowFrom],
    [settingPath(account, "groupAllowFrom"), groupAllowFrom],
    ...Object.entries(groups).map(([key, rule]): [string, readonly (string | number)[]] => [
      `${groupsPath}.${key}.allowFrom`,
      rule.allowFrom ?? [],
    ]),
  ];
  return [
    ...lists.flatMap(([path, people]) => people.flatMap((entry) => personHint(cfg, path, String(entry)))),
    ...Object.keys(groups).flatMap((key) => groupHint(account.accountId, groupsPath, key)),
  ];
}

function personHint(cfg: OpenClawConfig, path: string, entry: string): string[] {
  if (readListedEntry(entry, "user").kind !== "other") return [];
  const [, name] = reference.exec(entry.trim()) ?? [];
  if (name === undefined)
    return [`${showName(entry)} in ${path} is neither a user id nor a name: it stands for nobody.`];
  if (Object.hasOwn(cfg.accessGroups ?? {}, name)) return [];
  return [`${showName(entry)} in ${path} stands for nobody: accessGroups has no entry ${showName(name)}.`];
}

function groupHint(accountId: string, path: string, key: string): string[] {
  if (readListedEntry(key, "group").kind !== "other") return [];
  return [
    `${showName(key)} in ${path} is neither a group id nor a name: it stands for no group. Put the id there, from \`openclaw directory groups list --channel ${CHANNEL_ID} --account ${accountId}\`.`,
  ];
}
