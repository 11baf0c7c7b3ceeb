import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { settingPath, type ResolvedAccount } from "./account/accounts.js";
import { CHANNEL_ID } from "./channel-id.js";

/**
 * What of a list lets in everybody, as the end of "… has"; undefined when nothing does. OpenClaw takes `*` for everybody
 * only without a prefix, and takes it from access groups as well.
 */
export function everybodyIn(
  cfg: OpenClawConfig,
  list: readonly (string | number)[] | undefined = [],
): string | undefined {
  const entries = list.map((entry) => String(entry).trim());
  if (entries.includes("*")) return '"*"';
  const named = entries.flatMap((entry) => /^accessGroup:(.+)$/u.exec(entry)?.[1]?.trim() ?? []);
  const group = named.find((name) => membersOf(cfg, name).some((member) => member.trim() === "*"));
  return group === undefined ? undefined : `"accessGroup:${group}", and accessGroups.${group} has "*"`;
}

/**
 * How `allowFrom` lets in everybody under a policy that reads as if it did not. "open" asks for `*`, and OpenClaw names
 * it itself; "disabled" lets nobody in.
 */
export function unaskedEverybody(cfg: OpenClawConfig, account: ResolvedAccount): string | undefined {
  const { settings, accountId, configured, fault } = account;
  const { dmPolicy = "pairing", allowFrom } = settings;
  if (!configured || fault !== undefined || dmPolicy === "open" || dmPolicy === "disabled") return undefined;
  const what = everybodyIn(cfg, allowFrom);
  if (what === undefined) return undefined;
  return `${settingPath(account, "allowFrom")} has ${what}, so dmPolicy "${dmPolicy}" keeps nobody out of the account "${accountId}": whoever writes to it is answered at once, and may give commands.`;
}

function membersOf({ accessGroups }: OpenClawConfig, name: string): readonly string[] {
  const group = Object.hasOwn(accessGroups ?? {}, name) ? accessGroups?.[name] : undefined;
  if (group?.type !== "message.senders") return [];
  return [...(group.members["*"] ?? []), ...(group.members[CHANNEL_ID] ?? [])];
}
