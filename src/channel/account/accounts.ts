import { DEFAULT_ACCOUNT_ID, normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { findConfigProblems } from "../../config-problems.js";
import type { AccountConfig, ChannelConfig, GroupPolicy } from "../../config.js";
import { ZalouserError } from "../../errors.js";
import { CHANNEL_ID, CHANNEL_PATH } from "../channel-id.js";
import { hadOfficialPlugin } from "./former.js";

/** One account as the rest of the plugin sees it: root settings inherited, profile decided, faults named. */
export interface ResolvedAccount {
  readonly accountId: string;
  readonly enabled: boolean;
  /** Whether `channels.zalouser` exists at all; without it nothing starts. */
  readonly configured: boolean;
  readonly name: string | undefined;
  /** zca profile; one Zalo login session. */
  readonly profile: string;
  /** Config path whose settings win for this account, for messages to the operator. */
  readonly configPath: string;
  readonly settings: AccountConfig;
  /** Keys of `settings` that come from the account's own block; all others come from the channel root. */
  readonly ownKeys: readonly string[];
  /** `channels.defaults.groupPolicy`, when the operator set one; `allowlist` where the official plugin ran, which always meant that. */
  readonly defaultGroupPolicy: GroupPolicy | undefined;
  /** The config may have been written for the official plugin, where listed groups let in only listed people. */
  readonly sendersRequired: boolean;
  /** The config may have been written for the official plugin, under whose rules names count for nothing. */
  readonly namesIgnored: boolean;
  /** Why this account must not start, if so. */
  readonly fault: ZalouserError | undefined;
}

export function listAccountIds(cfg: OpenClawConfig): string[] {
  const block = channelBlock(cfg);
  const ids = new Set(Object.keys(block?.accounts ?? {}).map((id) => normalizeAccountId(id)));
  // A named default account is an account even without a block of its own: it lives on the root settings.
  const named = namedDefault(block);
  if (named !== undefined) ids.add(named);
  if (ids.size === 0) ids.add(DEFAULT_ACCOUNT_ID);
  return [...ids].sort();
}

/** Whether the config has this account; a login may come before it does. */
export function isListedAccount(cfg: OpenClawConfig, accountId: string): boolean {
  return listAccountIds(cfg).includes(accountId);
}

export function defaultAccountId(cfg: OpenClawConfig): string {
  const named = namedDefault(channelBlock(cfg));
  if (named !== undefined) return named;
  const ids = listAccountIds(cfg);
  return ids.includes(DEFAULT_ACCOUNT_ID) ? DEFAULT_ACCOUNT_ID : (ids[0] ?? DEFAULT_ACCOUNT_ID);
}

/** A block of the wrong shape is a fault of its accounts, told when they are resolved; finding them must not fail. */
function namedDefault(block: ChannelConfig | undefined): string | undefined {
  const named: unknown = block?.defaultAccount;
  return typeof named === "string" ? normalizeAccountId(named) : undefined;
}

/** Resolves an account; an unknown id yields an account on root settings, as login before any config needs it. */
export function resolveAccount(cfg: OpenClawConfig, accountId?: string | null): ResolvedAccount {
  const id = accountId === undefined || accountId === null ? defaultAccountId(cfg) : normalizeAccountId(accountId);
  const block = channelBlock(cfg);
  if (block === undefined) return buildAccount(cfg, undefined, id);
  // Resolved on every message: the config is replaced, never mutated, so the identity of what is read is the cache key.
  const source = cfg.channels ?? block;
  const known = cache.get(source) ?? new Map<string, ResolvedAccount>();
  cache.set(source, known);
  const account = known.get(id) ?? buildAccount(cfg, block, id);
  known.set(id, account);
  return account;
}

/** Where a setting of an account stands in the config, or would stand. */
export function settingPath({ ownKeys, configPath }: ResolvedAccount, key: keyof AccountConfig): string {
  return `${ownKeys.includes(key) ? configPath : CHANNEL_PATH}.${key}`;
}

const cache = new WeakMap<object, Map<string, ResolvedAccount>>();

function buildAccount(cfg: OpenClawConfig, block: ChannelConfig | undefined, accountId: string): ResolvedAccount {
  const key = accountKey(block, accountId);
  const own = key === undefined ? undefined : block?.accounts?.[key];
  const configPath = key === undefined ? CHANNEL_PATH : `${CHANNEL_PATH}.accounts.${key}`;
  const { accounts: _accounts, defaultAccount: _default, profile: _profile, name: rootName, ...shared } = block ?? {};
  const settings: AccountConfig = { ...shared, ...own };
  const isDefault = accountId === (block === undefined ? DEFAULT_ACCOUNT_ID : defaultAccountId(cfg));
  const ownKeys = Object.keys(own ?? {});
  const base = { accountId, profile: profileOf(cfg, block, accountId), configPath, settings, ownKeys };
  return {
    ...base,
    enabled: block?.enabled !== false && own?.enabled !== false,
    configured: block !== undefined,
    name: own?.name ?? (isDefault ? rootName : undefined),
    ...legacyOf(cfg, settings),
    fault: block === undefined ? undefined : findFault(cfg, block, base),
  };
}

/** What the official plugin would have made of what is unset: the least anybody can have meant. */
function legacyOf(
  cfg: OpenClawConfig,
  settings: AccountConfig,
): Pick<ResolvedAccount, "defaultGroupPolicy" | "sendersRequired" | "namesIgnored"> {
  const wasOfficial = hadOfficialPlugin();
  return {
    defaultGroupPolicy: wasOfficial ? "allowlist" : cfg.channels?.defaults?.groupPolicy,
    sendersRequired: wasOfficial,
    namesIgnored: wasOfficial && settings.dangerouslyAllowNameMatching !== true,
  };
}

type AccountBase = Pick<ResolvedAccount, "accountId" | "profile" | "configPath" | "settings">;

function findFault(cfg: OpenClawConfig, block: ChannelConfig, account: AccountBase): ZalouserError | undefined {
  const { accountId, configPath } = account;
  const problems = findConfigProblems(block, CHANNEL_PATH);
  const [problem] =
    problems.length > 0 || configPath === CHANNEL_PATH
      ? problems
      : findConfigProblems(ownBlock(block, accountId), configPath);
  if (problem) return new ZalouserError("CONFIG_INVALID", `${problem.path} ${problem.message}.`, { accountId });
  // Compared without case: on some file systems "Work" and "work" are one folder.
  const session = account.profile.toLowerCase();
  const twins = listAccountIds(cfg).filter(
    (id) => id !== accountId && isEnabled(block, id) && profileOf(cfg, block, id).toLowerCase() === session,
  );
  if (twins.length === 0) return undefined;
  const names = [accountId, ...twins].sort().map((id) => `"${id}"`);
  return new ZalouserError(
    "CONFIG_PROFILE_SHARED",
    `Accounts ${names.join(" and ")} both use zca profile "${account.profile}".`,
    { accountId },
  );
}

/** The root profile belongs to the default account alone: inherited, it would put two listeners on one session. */
function profileOf(cfg: OpenClawConfig, block: ChannelConfig | undefined, accountId: string): string {
  if (block === undefined) return accountId;
  const own = ownBlock(block, accountId)?.profile;
  return own ?? (accountId === defaultAccountId(cfg) ? block.profile : undefined) ?? accountId;
}

/** Disabled accounts hold no session and cannot collide. */
function isEnabled(block: ChannelConfig, accountId: string): boolean {
  return block.enabled !== false && ownBlock(block, accountId)?.enabled !== false;
}

function ownBlock(block: ChannelConfig, accountId: string): AccountConfig | undefined {
  const key = accountKey(block, accountId);
  return key === undefined ? undefined : block.accounts?.[key];
}

/** The key as the operator wrote it; account ids compare normalized. */
function accountKey(block: ChannelConfig | undefined, accountId: string): string | undefined {
  return Object.keys(block?.accounts ?? {}).find((key) => normalizeAccountId(key) === accountId);
}

/** The host has checked the block against our manifest's schema; what it may have let through, `fault` names. */
function channelBlock(cfg: OpenClawConfig): ChannelConfig | undefined {
  const channels: Record<string, unknown> | undefined = cfg.channels;
  const block = channels?.[CHANNEL_ID];
  return typeof block === "object" && block !== null ? block : undefined;
}
