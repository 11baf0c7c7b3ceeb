import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import type { AccountConfig, ChannelConfig } from "../../config.js";
import { defaultAccountId, listAccountIds } from "../account/accounts.js";
import { CHANNEL_ID, CHANNEL_PATH } from "../channel-id.js";

/** New values by key; undefined takes the key away. */
export type SettingsPatch = { readonly [K in keyof AccountConfig]?: AccountConfig[K] | undefined };

/**
 * Puts settings where they hold for this account and for no other: at the channel root while the account is the only
 * one, else in its own block. The root itself is never moved: its policies go on holding for every account.
 */
export function withAccountSettings(given: OpenClawConfig, accountId: string, patch: SettingsPatch): OpenClawConfig {
  const cfg = patch.enabled === true ? withRootOn(given, accountId) : given;
  const block = channelBlockOf(cfg);
  const accounts = block?.accounts ?? {};
  const isAlone = Object.keys(accounts).length === 0;
  if (isAlone && accountId === defaultAccountId(cfg)) return withChannel(cfg, patched(block ?? {}, patch));
  const key = keyOf(accounts, accountId);
  return withChannel(cfg, {
    ...block,
    // The account on the root settings is one only as long as nobody is listed, unless it is named.
    ...(isAlone && isInUse(channelBlockOf(given)) ? { defaultAccount: defaultAccountId(cfg) } : {}),
    accounts: { ...accounts, [key]: patched(accounts[key] ?? {}, patch) },
  });
}

/** What switching this account on changes for all the others, as a sentence; undefined when nothing. */
export function rootSwitchNotice(before: OpenClawConfig, accountId: string): string | undefined {
  const block = channelBlockOf(before);
  if (block?.enabled !== false) return undefined;
  const others = othersAtRoot(before, accountId).map((id) => `"${id}"`);
  if (others.length === 0 && Object.keys(block.accounts ?? {}).length === 0) return undefined;
  const kept =
    others.length === 0
      ? ""
      : ` Every other account (${others.join(", ")}) stays off, by ${CHANNEL_PATH}.accounts.<id>.enabled of its own.`;
  return `${CHANNEL_PATH}.enabled was false, so no account ran. It is true now, for "${accountId}".${kept}`;
}

/** Off at the root means that no account runs, whatever its own block says; on there, no other one may start by that. */
function withRootOn(cfg: OpenClawConfig, accountId: string): OpenClawConfig {
  const block = channelBlockOf(cfg);
  if (block?.enabled !== false) return cfg;
  const accounts = { ...block.accounts };
  for (const id of othersAtRoot(cfg, accountId)) {
    const key = keyOf(accounts, id);
    accounts[key] = { ...accounts[key], enabled: false };
  }
  return withChannel(cfg, { ...block, enabled: true, ...(Object.keys(accounts).length === 0 ? {} : { accounts }) });
}

function othersAtRoot(cfg: OpenClawConfig, accountId: string): string[] {
  const { enabled: _enabled, accounts = {}, ...rest } = channelBlockOf(cfg) ?? {};
  // A root that says nothing else is no account of anybody's.
  if (Object.keys(accounts).length === 0 && Object.keys(rest).length === 0) return [];
  return listAccountIds(cfg).filter((id) => id !== accountId);
}

/** The key as the operator wrote it; account ids compare normalized. */
function keyOf(accounts: NonNullable<ChannelConfig["accounts"]>, accountId: string): string {
  return Object.keys(accounts).find((id) => normalizeAccountId(id) === accountId) ?? accountId;
}

/** The block as it stands in the file; undefined when there is none. */
export function channelBlockOf(cfg: OpenClawConfig): ChannelConfig | undefined {
  const channels: Record<string, unknown> | undefined = cfg.channels;
  const block = channels?.[CHANNEL_ID];
  // What the host has let through; findings about its shape are the account's fault to report.
  return typeof block === "object" && block !== null ? block : undefined;
}

export function withChannel(cfg: OpenClawConfig, block: ChannelConfig): OpenClawConfig {
  return { ...cfg, channels: { ...cfg.channels, [CHANNEL_ID]: block } };
}

function isInUse(block: ChannelConfig | undefined): boolean {
  return block !== undefined && block.enabled !== false && Object.keys(block).length > 0;
}

function patched<T extends object>(block: T, patch: object): T {
  return Object.fromEntries(Object.entries({ ...block, ...patch }).filter(([, value]) => value !== undefined)) as T; // The keys of T stay optional: every one of ours is.
}
