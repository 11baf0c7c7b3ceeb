export type GroupPolicyName = "open" | "allowlist" | "disabled";

/** The part of one entry of `groups` that decides who gets in. */
export interface GroupEntry {
  readonly allow?: boolean | undefined;
  readonly enabled?: boolean | undefined;
  readonly requireMention?: boolean | undefined;
  readonly allowFrom?: readonly (string | number)[] | undefined;
}

/** What a group's agent may do and is told; decides nothing about who gets in. */
export interface GroupScope<Tools> {
  readonly tools?: Tools | undefined;
  /** Names of skills; undefined = all of them, empty = none. */
  readonly skills?: readonly string[] | undefined;
  readonly systemPrompt?: string | undefined;
}

/** The part of an account's settings that decides about groups. */
export interface GroupSettings {
  readonly groupPolicy?: GroupPolicyName | undefined;
  readonly groupAllowFrom?: readonly (string | number)[] | undefined;
  readonly groups?: Readonly<Record<string, GroupEntry>> | undefined;
}

export interface GroupQuestion {
  readonly groupId: string;
  readonly settings: GroupSettings;
  /** Whether the channel has a block in the config at all; without one nobody gets in. */
  readonly configured: boolean;
  /** `channels.defaults.groupPolicy`. */
  readonly defaultGroupPolicy?: GroupPolicyName | undefined;
  /** Whether a list of groups lets in only people who are listed as well: in others' configs no list means nobody. */
  readonly sendersRequired?: boolean;
  /** Where `settings` stands, e.g. `channels.zalouser.accounts.work`. */
  readonly configPath: string;
  /** Keys of `groups` as the operator typed them, by id, where that is another spelling or a name. */
  readonly typedKeys?: ReadonlyMap<string, string> | undefined;
  /** Key of `groups` that holds a group back by a name nobody knows the id of: it could be any group without an own entry. */
  readonly unresolvedKey?: string | undefined;
}

export type GroupReason =
  | "group_open"
  | "group_listed"
  | "group_listed_by_wildcard"
  | "group_policy_disabled"
  | "group_not_listed"
  | "group_list_empty"
  | "group_not_allowed"
  | "group_not_enabled"
  | "group_name_unresolved"
  | "group_senders_missing";

export interface EffectiveGroupPolicy {
  readonly policy: GroupPolicyName;
  /** Where the policy comes from; `entries` = nothing was said, but groups or people are listed. */
  readonly source: "account" | "defaults" | "entries" | "builtin" | "unconfigured";
}

/** Facts about one group; the host decides. */
export interface GroupRule extends EffectiveGroupPolicy {
  readonly allowed: boolean;
  readonly reason: GroupReason;
  /** The setting that would change the answer. */
  readonly configPath: string;
  /** Which key of `groups` applies. */
  readonly matchedBy: "id" | "wildcard" | "none";
  readonly requireMention: boolean;
  /** People who may write in this group; empty = everybody in it. */
  readonly senders: readonly string[];
  /** The list they stand in. */
  readonly sendersPath: string;
  /** What the host is told about senders: `senders` is a list to check, or there is none. */
  readonly senderPolicy: GroupPolicyName;
}

/** The policy that is in force when settings, defaults and entries are taken together. */
export function effectiveGroupPolicy(question: Omit<GroupQuestion, "groupId">): EffectiveGroupPolicy {
  const { settings, configured, defaultGroupPolicy } = question;
  if (!configured) return { policy: "allowlist", source: "unconfigured" };
  if (settings.groupPolicy !== undefined) return { policy: settings.groupPolicy, source: "account" };
  if (defaultGroupPolicy !== undefined) return { policy: defaultGroupPolicy, source: "defaults" };
  const listed = Object.keys(settings.groups ?? {}).length > 0 || (settings.groupAllowFrom ?? []).length > 0;
  // A config that lists groups or people was written to keep others out; "open" would let them in.
  return listed ? { policy: "allowlist", source: "entries" } : { policy: "open", source: "builtin" };
}

/** The rule for one group: by id, then `*`. Names never match; they are replaced by ids before. */
export function resolveGroupRule(question: GroupQuestion): GroupRule {
  const { groupId, settings, configured, configPath } = question;
  const effective = effectiveGroupPolicy(question);
  const groups = configured ? (settings.groups ?? {}) : {};
  const own = ownEntry(groups, groupId);
  const entry = own ?? ownEntry(groups, "*");
  const matchedBy = own !== undefined ? "id" : entry !== undefined ? "wildcard" : "none";
  const key = matchedBy === "wildcard" ? "*" : (question.typedKeys?.get(groupId) ?? groupId);
  const entryPath = `${configPath}.groups.${key}`;
  const [judged, judgedPath] = judge(effective, groups, entry, matchedBy, configPath, entryPath);
  const [senders, sendersPath] = sendersOf(
    [
      [entry?.allowFrom, `${entryPath}.allowFrom`],
      [ownEntry(groups, "*")?.allowFrom, `${configPath}.groups.*.allowFrom`],
    ],
    [settings.groupAllowFrom, `${configPath}.groupAllowFrom`],
  );
  const { unresolvedKey, sendersRequired = false } = question;
  let [reason, path] = [judged, judgedPath];
  if (isOpen(judged) && own === undefined && unresolvedKey !== undefined) {
    [reason, path] = ["group_name_unresolved", `${configPath}.groups.${unresolvedKey}`];
  } else if (isOpen(judged) && sendersRequired && effective.policy === "allowlist" && senders.length === 0) {
    [reason, path] = ["group_senders_missing", sendersPath];
  }
  return {
    ...effective,
    allowed: isOpen(reason),
    reason,
    configPath: path,
    matchedBy,
    requireMention: entry?.requireMention ?? ownEntry(groups, "*")?.requireMention ?? true,
    senders: configured ? senders : [],
    sendersPath,
    senderPolicy:
      effective.policy === "disabled" || !configured ? "disabled" : senders.length > 0 ? "allowlist" : "open",
  };
}

/** The group's own keys, and what it does not say itself from `*`. */
export function resolveGroupScope<Tools>(
  groups: Readonly<Record<string, GroupScope<Tools>>>,
  groupId: string,
): GroupScope<Tools> {
  const own = ownEntry(groups, groupId);
  const others = ownEntry(groups, "*");
  return {
    tools: own?.tools ?? others?.tools,
    skills: own?.skills ?? others?.skills,
    systemPrompt: own?.systemPrompt ?? others?.systemPrompt,
  };
}

type List = readonly [people: readonly (string | number)[] | undefined, path: string];

/** The nearest list that names anybody. An empty one says nothing: it must not open a group that a wider list narrows. */
function sendersOf(nearest: readonly List[], widest: List): [senders: string[], path: string] {
  const [people = [], path] = nearest.find(([list = []]) => list.length > 0) ?? widest;
  return [people.map(String), path];
}

function isOpen(reason: GroupReason): boolean {
  return reason === "group_open" || reason === "group_listed" || reason === "group_listed_by_wildcard";
}

function judge(
  { policy }: EffectiveGroupPolicy,
  groups: Readonly<Record<string, GroupEntry>>,
  entry: GroupEntry | undefined,
  matchedBy: GroupRule["matchedBy"],
  configPath: string,
  entryPath: string,
): [GroupReason, string] {
  if (policy === "disabled") return ["group_policy_disabled", `${configPath}.groupPolicy`];
  // A group that is listed as closed stays closed under every policy.
  if (entry?.allow === false) return ["group_not_allowed", `${entryPath}.allow`];
  if (entry?.enabled === false) return ["group_not_enabled", `${entryPath}.enabled`];
  if (policy === "open") return ["group_open", `${configPath}.groupPolicy`];
  if (entry !== undefined) return [matchedBy === "id" ? "group_listed" : "group_listed_by_wildcard", entryPath];
  if (Object.keys(groups).length === 0) return ["group_list_empty", entryPath];
  return ["group_not_listed", entryPath];
}

/** A group may be called `constructor`: only the config's own keys count. */
function ownEntry<Entry>(groups: Readonly<Record<string, Entry>>, key: string): Entry | undefined {
  return Object.hasOwn(groups, key) ? groups[key] : undefined;
}
