import type { ChannelPlugin, OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import type { GroupRule } from "../../policy/index.js";
import { settingPath, type ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID, CHANNEL_LABEL } from "../channel-id.js";
import { everybodyIn } from "../everybody.js";
import { groupRuleOf } from "../groups.js";
import { settingsById } from "../names/settings.js";

type Collect = NonNullable<NonNullable<ChannelPlugin<ResolvedAccount>["security"]>["collectAuditFindings"]>;
type Finding = Awaited<ReturnType<Collect>>[number];

/** Whoever is in a group can speak to the agent, and groups are joined by link. */
export function openGroups(cfg: OpenClawConfig, account: ResolvedAccount): Finding[] {
  const { configPath, accountId, fault } = account;
  if (fault !== undefined) return [];
  // What holds for every group without an entry of its own.
  const rest = groupRuleOf(account, "");
  const isOpen = letsEverybodyIn(cfg, rest);
  const listed = openListed(cfg, account, isOpen ? rest : undefined);
  if (!isOpen && listed.length === 0) return [];
  const always = (isOpen && !rest.requireMention) || listed.some(({ requireMention }) => !requireMention);
  return [
    {
      checkId: `channels.${CHANNEL_ID}.groups.open`,
      severity: always ? "critical" : "warn",
      title: `${CHANNEL_LABEL} groups are open (account: ${accountId})`,
      detail: [...(isOpen ? [sentence(account, rest)] : []), ...listed.map(({ told }) => told)].join(" "),
      remediation: `Set ${configPath}.groupPolicy to "allowlist" and list groups, name people in ${configPath}.groupAllowFrom or in allowFrom of a group instead of "*", want a mention with requireMention, or limit the tools with groups.*.tools.`,
    },
  ];
}

interface OpenGroup {
  readonly requireMention: boolean;
  readonly told: string;
}

/**
 * Listed groups that are more open than the rest, or than their listing says: one under an open policy that wants no
 * mention, and one whose people are `*`. That a listed group without a list of people is open is what listing it means.
 */
function openListed(cfg: OpenClawConfig, account: ResolvedAccount, rest: GroupRule | undefined): OpenGroup[] {
  const { settings, typedKeys } = settingsById(account);
  const ids = Object.keys(settings.groups ?? {}).filter((id) => id !== "*");
  return ids.flatMap((id) => {
    const rule = groupRuleOf(account, id);
    const { requireMention, policy, senders } = rule;
    const what = everybodyIn(cfg, senders);
    if (!letsEverybodyIn(cfg, rule) || (what === undefined && (policy !== "open" || requireMention))) return [];
    if (rest !== undefined && (requireMention || !rest.requireMention)) return [];
    const path = `${settingPath(account, "groups")}.${typedKeys.get(id) ?? id}`;
    const who = requireMention
      ? "everybody in that group who mentions the account"
      : "everybody in that group, without a mention";
    const why = what === undefined ? "" : `: ${placeOfSenders(account, rule)} has ${what}`;
    return [{ requireMention, told: `${path} answers ${who}${why}.` }];
  });
}

/** Groups that wait for a name to be known are open as soon as it is. */
function letsEverybodyIn(cfg: OpenClawConfig, { allowed, reason, senders }: GroupRule): boolean {
  if (!allowed && reason !== "group_name_unresolved") return false;
  return senders.length === 0 || everybodyIn(cfg, senders) !== undefined;
}

function sentence({ configPath }: ResolvedAccount, { policy, source, requireMention }: GroupRule): string {
  const why =
    policy === "allowlist"
      ? `${configPath}.groups has "*"`
      : `${configPath}.groupPolicy is "open"${source === "account" ? "" : ", by default"}`;
  return `${why}: anyone in any group of the account reaches the agent and its tools${requireMention ? " by mentioning it" : ", without even mentioning it"}.`;
}

/** Rules speak of the account's own block; a list it inherits stands at the root. */
function placeOfSenders(account: ResolvedAccount, { sendersPath }: GroupRule): string {
  const { configPath } = account;
  const key = sendersPath === `${configPath}.groupAllowFrom` ? "groupAllowFrom" : "groups";
  return `${settingPath(account, key)}${sendersPath.slice(`${configPath}.${key}`.length)}`;
}
