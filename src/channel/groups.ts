import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { resolveGroupRule, resolveGroupScope, type GroupRule } from "../policy/index.js";
import { resolveAccount, type ResolvedAccount } from "./account/accounts.js";
import { settingsById } from "./names/settings.js";

/** What the host asks about a group outside of a message of ours. */
export const groups: NonNullable<ChannelPlugin<ResolvedAccount>["groups"]> = {
  resolveRequireMention: ({ cfg, accountId, groupId }) =>
    groupId ? groupRuleOf(resolveAccount(cfg, accountId), groupId).requireMention : undefined,
  resolveToolPolicy({ cfg, accountId, groupId }) {
    const { tools } = groupScopeOf(resolveAccount(cfg, accountId), groupId ?? "");
    if (tools === undefined) return undefined;
    const { allow, alsoAllow, deny } = tools;
    return { ...(allow && { allow }), ...(alsoAllow && { alsoAllow }), ...(deny && { deny }) };
  },
};

/** Who may write in a group, and whether they have to address the account; names are ids by now. */
export function groupRuleOf(account: ResolvedAccount, groupId: string): GroupRule {
  const { configured, defaultGroupPolicy, sendersRequired, configPath } = account;
  const facts = { configured, defaultGroupPolicy, sendersRequired, configPath };
  return resolveGroupRule({ groupId, ...settingsById(account), ...facts });
}

/** What the agent may use in a group, and what it is told about it. */
export function groupScopeOf(account: ResolvedAccount, groupId: string) {
  return resolveGroupScope(settingsById(account).settings.groups ?? {}, groupId);
}
