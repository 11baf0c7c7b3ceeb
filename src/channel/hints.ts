import { effectiveGroupPolicy, readListedEntry } from "../policy/index.js";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { DEFAULT_ACCOUNT_ID } from "openclaw/plugin-sdk/account-id";
import { defaultAccountId, listAccountIds, type ResolvedAccount } from "./account/accounts.js";
import { hadOfficialPlugin } from "./account/former.js";
import { openAccountState } from "./account/state.js";
import { CHANNEL_ID, CHANNEL_PATH } from "./channel-id.js";
import { everybodyIn, unaskedEverybody } from "./everybody.js";
import { groupRuleOf } from "./groups.js";
import { entryHints } from "./names/entry-hints.js";
import { settingsById } from "./names/settings.js";

/** Settings that are legal and yet surely not what was meant. */
export function hintsFor(cfg: OpenClawConfig, account: ResolvedAccount): string[] {
  const { settings, configPath, configured, defaultGroupPolicy } = account;
  const hints = [...forgottenDefault(cfg, account), ...formerOfficial(account), ...entryHints(cfg, account)];
  const everybody = unaskedEverybody(cfg, account);
  if (everybody !== undefined) hints.push(`${everybody} Take that out, or set dmPolicy to "open" if it is meant.`);
  if (settings.dmPolicy === "open" && everybodyIn(cfg, settings.allowFrom) === undefined) {
    hints.push(
      `${configPath}.dmPolicy is "open" but ${configPath}.allowFrom has no "*": nobody gets in. Add "*" or choose another policy.`,
    );
  }
  if (settings.dmPolicy === "allowlist" && (settings.allowFrom ?? []).length === 0) {
    hints.push(`${configPath}.dmPolicy is "allowlist" but ${configPath}.allowFrom is empty: nobody gets in.`);
  }
  const { policy, source } = effectiveGroupPolicy({ settings, configured, defaultGroupPolicy, configPath });
  if (source === "entries") {
    hints.push(
      `${configPath}.groupPolicy is unset, but groups or groupAllowFrom have entries: only those are let in. Set groupPolicy to make that explicit.`,
    );
  }
  if (policy === "allowlist" && configured && Object.keys(settings.groups ?? {}).length === 0) {
    hints.push(`${configPath}.groups is empty under groupPolicy "allowlist": no group gets in. Add group ids, or "*".`);
  }
  if (settings.dangerouslyAllowNameMatching === true && !hadOfficialPlugin()) {
    hints.push(
      `${configPath}.dangerouslyAllowNameMatching is ignored: names never decide access; those in the lists are turned into ids at the start. Better use ids from \`openclaw directory peers list --channel ${CHANNEL_ID} --account ${account.accountId}\`.`,
    );
  }
  return hints;
}

/** What is unset or a name keeps its old, narrower meaning until somebody says otherwise. */
function formerOfficial(account: ResolvedAccount): string[] {
  const { settings, configPath, namesIgnored, configured } = account;
  if (!configured || !hadOfficialPlugin()) return [];
  const hints: string[] = [];
  if (settings.groupPolicy === undefined) {
    hints.push(
      `${configPath}.groupPolicy is unset. The official plugin was used on this machine, and there that means "allowlist", so it does here: only groups in ${configPath}.groups get in. Set groupPolicy to make that explicit.`,
    );
  }
  const closed = Object.keys(settingsById(account).settings.groups ?? {}).find(
    (key) => groupRuleOf(account, key).reason === "group_senders_missing",
  );
  if (closed !== undefined) {
    hints.push(
      `Nobody gets in in group ${closed}: the official plugin was used on this machine, and without ${configPath}.groupAllowFrom it answered nobody in listed groups. List people there, or "*" for everybody.`,
    );
  }
  const ofGroups = Object.values(settings.groups ?? {}).flatMap(({ allowFrom }) => allowFrom ?? []);
  const lists = [...(settings.allowFrom ?? []), ...(settings.groupAllowFrom ?? []), ...ofGroups];
  const isNamed =
    lists.some((entry) => readListedEntry(entry, "user").kind === "name") ||
    Object.keys(settings.groups ?? {}).some((key) => readListedEntry(key, "group").kind === "name");
  if (namesIgnored && isNamed) {
    hints.push(
      `Names in ${configPath} stand for nobody: the official plugin was used on this machine and ignored them. Put ids there, or set ${configPath}.dangerouslyAllowNameMatching to true to have names turned into ids at the start.`,
    );
  }
  return hints;
}

/** Adding the first entry of `accounts` takes the account on the root settings away without a word. */
function forgottenDefault(cfg: OpenClawConfig, { accountId }: ResolvedAccount): string[] {
  const isFirst = accountId === defaultAccountId(cfg);
  if (!isFirst || listAccountIds(cfg).includes(DEFAULT_ACCOUNT_ID)) return [];
  if (openAccountState(DEFAULT_ACCOUNT_ID).login.read() === undefined) return [];
  return [
    `The account "${DEFAULT_ACCOUNT_ID}" is logged in but no longer runs, since ${CHANNEL_PATH}.accounts has entries. Set ${CHANNEL_PATH}.defaultAccount to "${DEFAULT_ACCOUNT_ID}" to run it, or log it out.`,
  ];
}
