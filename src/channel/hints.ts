import { effectiveGroupPolicy } from "../policy/index.js";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { DEFAULT_ACCOUNT_ID } from "openclaw/plugin-sdk/account-id";
import { defaultAccountId, listAccountIds, type ResolvedAccount } from "./account/accounts.js";
import { openAccountState } from "./account/state.js";
import { CHANNEL_ID, CHANNEL_PATH } from "./channel-id.js";

/** Settings that are legal and yet surely not what was meant. */
export function hintsFor(cfg: OpenClawConfig, account: ResolvedAccount): string[] {
  const { settings, configPath, configured, defaultGroupPolicy } = account;
  const hints = forgottenDefault(cfg, account);
  if (settings.dmPolicy === "open" && !(settings.allowFrom ?? []).map(String).includes("*")) {
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
  if (settings.dangerouslyAllowNameMatching === true) {
    hints.push(
      `${configPath}.dangerouslyAllowNameMatching is ignored: names never decide access; those in the lists are turned into ids at the start. Better use ids from \`openclaw directory peers list --channel ${CHANNEL_ID} --account ${account.accountId}\`.`,
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
