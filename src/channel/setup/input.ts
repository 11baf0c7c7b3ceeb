import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { readListedEntry } from "../../policy/index.js";
import { defaultAccountId, resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_PATH } from "../channel-id.js";
import { type SettingsPatch, withAccountSettings } from "./edit.js";
import { entryProblem } from "./entries.js";
import type { AccountConfig } from "../../config.js";

/** Values of the flags of `channels add`. */
export interface SetupInput {
  readonly name?: string | undefined;
  readonly zcaProfile?: string | undefined;
  readonly zcaBinary?: string | undefined;
  readonly dmPolicy?: AccountConfig["dmPolicy"];
  readonly allowFrom?: readonly string[] | undefined;
  readonly groupPolicy?: AccountConfig["groupPolicy"];
  readonly groups?: readonly string[] | undefined;
  readonly credentialsFile?: string | undefined;
  readonly acceptRisk?: boolean | undefined;
}

/** What the flags change. The account's own lists are added to: a flag takes nobody's right away. */
export function settingsFrom(cfg: OpenClawConfig, accountId: string, input: SetupInput): SettingsPatch {
  const account = resolveAccount(cfg, accountId);
  const { settings } = account;
  const { name, zcaProfile, zcaBinary, dmPolicy, groupPolicy, allowFrom = [], groups } = input;
  const isNew = isNewBesideRoot(cfg, account);
  // Groups were named to keep the others out.
  const keepsOthersOut = isNew ? settings.groupPolicy !== "disabled" : settings.groupPolicy === undefined;
  return {
    enabled: true,
    ...(name === undefined || name.trim() === "" ? {} : { name: name.trim() }),
    ...(zcaProfile === undefined ? {} : { profile: zcaProfile.trim() }),
    ...(zcaBinary === undefined ? {} : { zcaBinary: zcaBinary.trim() }),
    ...(dmPolicy === undefined ? {} : { dmPolicy }),
    // A new account has a list of its own even if it is empty: by the root's it would let in whom nobody named for it.
    ...(input.allowFrom === undefined && !isNew ? {} : { allowFrom: withPeople(ownPeople(cfg, account), allowFrom) }),
    ...(groupPolicy === undefined ? {} : { groupPolicy }),
    ...(groups === undefined
      ? {}
      : {
          groups: withGroups(
            isNew && groupPolicy !== "open" ? closed(settings.groups) : settings.groups,
            groups,
            settings.groups,
          ),
        }),
    ...(groups !== undefined && groupPolicy === undefined && keepsOthersOut
      ? { groupPolicy: "allowlist" as const }
      : {}),
  };
}

/** What stands against writing that, as one sentence. Looks nothing up and starts nothing. */
export function inputProblem(cfg: OpenClawConfig, accountId: string, input: SetupInput): string | undefined {
  const entries = [
    ...(input.allowFrom ?? []).map((entry) => entryProblem(entry, "user")),
    ...(input.groups ?? []).map((entry) => entryProblem(entry, "group")),
  ];
  const entry = entries.find((problem) => problem !== undefined);
  if (entry !== undefined) return entry;
  if (input.zcaBinary?.trim() === "") return "--zca-binary is empty.";
  const next = resolveAccount(withAccountSettings(cfg, accountId, settingsFrom(cfg, accountId, input)), accountId);
  if (next.fault !== undefined) return next.fault.message;
  const inherited = inheritedPolicyProblem(cfg, accountId, input);
  if (inherited !== undefined) return inherited;
  const { dmPolicy, allowFrom = [], groups = {} } = next.settings;
  const isOpen = allowFrom.map(String).some((listed) => readListedEntry(listed, "user").kind === "everybody");
  if (input.dmPolicy === "open" && !isOpen)
    return '--dm-policy open lets everyone on Zalo in and therefore needs --allow-from "*" as well.';
  if (isOpen && input.allowFrom !== undefined && dmPolicy !== "open")
    return '--allow-from "*" lets everyone on Zalo in; it is taken only together with --dm-policy open.';
  if (input.dmPolicy !== undefined && dmPolicy !== "open" && isOpen)
    return `${next.configPath}.allowFrom still has "*", which lets everyone in under any policy but "disabled"; remove it first.`;
  if (dmPolicy === "allowlist" && allowFrom.length === 0)
    return "--dm-policy allowlist lets nobody in without --allow-from.";
  if (input.groupPolicy === "allowlist" && Object.keys(groups).length === 0)
    return "--group-policy allowlist lets no group in without --groups.";
  return undefined;
}

/** A policy chosen for the people of another account must not decide unsaid who reaches this one. */
function inheritedPolicyProblem(cfg: OpenClawConfig, accountId: string, input: SetupInput): string | undefined {
  const account = resolveAccount(cfg, accountId);
  if (!isNewBesideRoot(cfg, account) || input.dmPolicy !== undefined) return undefined;
  const { dmPolicy } = account.settings;
  const path = `${CHANNEL_PATH}.dmPolicy is "${dmPolicy}"`;
  if (dmPolicy === "open")
    return `${path} and would hold for the new account "${accountId}", too. Say with --dm-policy who may write to it.`;
  if (dmPolicy === "allowlist" && (input.allowFrom ?? []).length === 0)
    return `${path} and holds for the new account "${accountId}", too, but its own list of people is empty: a person has another id for each account. Add --allow-from, or --dm-policy pairing or disabled.`;
  return undefined;
}

/** An account without a block, which will get one beside the account on the root settings. */
function isNewBesideRoot(cfg: OpenClawConfig, account: ResolvedAccount): boolean {
  return account.configPath === CHANNEL_PATH && !isRoots(cfg, account);
}

/** The list as far as it is this account's: of one it shares, the ids mean other people to it. */
export function ownPeople(cfg: OpenClawConfig, account: ResolvedAccount): (string | number)[] {
  const isOwn = account.ownKeys.includes("allowFrom") || (account.configPath === CHANNEL_PATH && isRoots(cfg, account));
  return isOwn ? (account.settings.allowFrom ?? []) : [];
}

/** An account that is only about to get a block is resolved on the root settings, too. */
function isRoots(cfg: OpenClawConfig, { accountId }: ResolvedAccount): boolean {
  return accountId === defaultAccountId(cfg);
}

function withPeople(
  before: AccountConfig["allowFrom"],
  added: readonly string[],
): NonNullable<AccountConfig["allowFrom"]> {
  const known = new Set((before ?? []).map(String));
  return [...(before ?? []), ...[...new Set(added.map((entry) => bare(entry, "user")))].filter((id) => !known.has(id))];
}

function withGroups(
  before: AccountConfig["groups"],
  added: readonly string[],
  known: AccountConfig["groups"],
): NonNullable<AccountConfig["groups"]> {
  const entries = new Map(Object.entries(before ?? {}));
  for (const key of added.map((entry) => bare(entry, "group")))
    entries.set(key, (Object.hasOwn(known ?? {}, key) ? known?.[key] : undefined) ?? { allow: true });
  // `fromEntries` makes own properties of everything: a group may be called `__proto__`.
  return Object.fromEntries(entries);
}

/** What the root's rules limit, without whom they let in. */
function closed(groups: AccountConfig["groups"]): NonNullable<AccountConfig["groups"]> {
  const rules = Object.entries(groups ?? {}).map(([key, { enabled: _enabled, ...rule }]) => [
    key,
    { ...rule, allow: false },
  ]);
  return Object.fromEntries(rules);
}

/** An id without prefixes; anything else as typed. */
function bare(entry: string, listed: "user" | "group"): string {
  const read = readListedEntry(entry, listed);
  if (read.kind === "id") return read.id;
  return read.kind === "everybody" ? "*" : entry.trim().normalize("NFC");
}
