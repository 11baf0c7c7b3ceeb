import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { showName } from "../../policy/index.js";
import { listAccountIds, resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { hintsFor } from "../hints.js";
import { nameHints } from "../names/report.js";
import { nameWishes } from "../names/wishes.js";
import { channelBlockOf } from "../setup/edit.js";
import { groupsLeftAmongPeople } from "./groups-among-people.js";

/** What doctor tells but cannot change for the operator. */
export function findingsFor(cfg: OpenClawConfig): string[] {
  if (channelBlockOf(cfg) === undefined) return [];
  const accounts = listAccountIds(cfg).map((id) => resolveAccount(cfg, id));
  return [
    ...new Set([
      ...accounts.flatMap((account) => (account.fault === undefined ? [] : [account.fault.message])),
      ...accounts.flatMap((account) => hintsFor(cfg, account)),
      ...accounts.flatMap((account) => contradictions(account)),
      ...accounts.flatMap((account) => groupsLeftAmongPeople(cfg, account)),
      ...secondListener(cfg, accounts),
    ]),
  ];
}

/** Names in lists, and what each stands for by now. */
export function mutableEntries(cfg: OpenClawConfig): string[] {
  const accounts = listAccountIds(cfg).map((id) => resolveAccount(cfg, id));
  return accounts.flatMap((account) => {
    const names = nameWishes(account);
    if (names.length === 0) return [];
    const list = names.map(({ name, paths }) => `${showName(name)} in ${paths.join(" and ")}`).join(", ");
    return [
      `Account "${account.accountId}" has names in its lists: ${list}. Ids never change hands.`,
      ...nameHints(account),
    ];
  });
}

/** Closed wins; the two keys should say one thing. */
function contradictions({ settings, configPath, fault }: ResolvedAccount): string[] {
  if (fault !== undefined) return [];
  return Object.entries(settings.groups ?? {})
    .filter(([, { allow, enabled }]) => allow !== undefined && enabled !== undefined && allow !== enabled)
    .map(
      ([key]) =>
        `${configPath}.groups.${key} says allow and enabled differently: the group is closed. Keep one of them.`,
    );
}

/** openzalo drives the same program; with the same profile both listeners keep evicting each other. */
function secondListener(cfg: OpenClawConfig, accounts: readonly ResolvedAccount[]): string[] {
  const channels: Readonly<Record<string, unknown>> = { ...cfg.channels };
  const other = channels["openzalo"];
  if (!isOn(other)) return [];
  const blocks = Object.entries(recordOf(other["accounts"])).filter(([, block]) => isOn(block));
  const profiles = new Set(
    blocks.length === 0
      ? [textOf(other["profile"]) ?? "default"]
      : blocks.map(([id, block]) => textOf(recordOf(block)["profile"]) ?? id),
  );
  return accounts
    .filter(({ enabled, profile }) => enabled && profiles.has(profile))
    .map(
      ({ accountId, profile }) =>
        `channels.openzalo and the account "${accountId}" listen with the same zca profile "${profile}" and evict each other. Set channels.openzalo.enabled to false.`,
    );
}

function isOn(block: unknown): block is Readonly<Record<string, unknown>> {
  return typeof block === "object" && block !== null && recordOf(block)["enabled"] !== false;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
