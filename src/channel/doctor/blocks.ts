import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import type { AccountConfig } from "../../config.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_PATH } from "../channel-id.js";
import { channelBlockOf, withChannel } from "../setup/edit.js";

/** Changes one account's own block, or the channel root when there is no key. What `change` leaves out is gone. */
export function withBlockAt(
  cfg: OpenClawConfig,
  key: string | undefined,
  change: (block: AccountConfig) => AccountConfig,
): OpenClawConfig {
  const root = channelBlockOf(cfg) ?? {};
  if (key === undefined) return withChannel(cfg, change(root));
  const accounts = root.accounts ?? {};
  return withChannel(cfg, { ...root, accounts: { ...accounts, [key]: change(accounts[key] ?? {}) } });
}

/** Key of the account's own block; undefined for the channel root. */
export function keyOf({ configPath }: ResolvedAccount): string | undefined {
  return configPath === CHANNEL_PATH ? undefined : configPath.slice(`${CHANNEL_PATH}.accounts.`.length);
}

/** Whether a setting stands in the block that is this account's. */
export function isOwn(account: ResolvedAccount, name: "allowFrom" | "groupAllowFrom" | "groups"): boolean {
  return keyOf(account) === undefined || account.ownKeys.includes(name);
}

export function without<T extends object>(from: T, name: string): T {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key !== name)) as T; // Only optional keys are taken.
}
