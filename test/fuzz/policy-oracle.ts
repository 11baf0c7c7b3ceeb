// Who may do what, written from the design (D4) and the mission alone; it knows nothing of the code it judges.

interface GroupRules {
  readonly allow?: boolean;
  readonly enabled?: boolean;
  readonly requireMention?: boolean;
  readonly allowFrom?: readonly (string | number)[];
}

export interface Rules {
  /** Absent: the channel has no block in the config. */
  readonly zalouser?: {
    readonly dmPolicy?: string;
    readonly allowFrom?: readonly (string | number)[];
    readonly groupPolicy?: string;
    readonly groupAllowFrom?: readonly (string | number)[];
    readonly groups?: Readonly<Record<string, GroupRules>>;
  };
  /** `channels.defaults.groupPolicy`. */
  readonly groupDefault?: string;
}

export interface Spoken {
  readonly senderId: string;
  /** Undefined: a direct message. */
  readonly groupId?: string;
  /** The account is really addressed, by a mention with the text to show for it or by its name. */
  readonly addressed: boolean;
  /** The words after the mention are a control command of OpenClaw. */
  readonly command: boolean;
}

export type Expected = "admitted" | "challenge" | "context" | "drop";

export function expected(rules: Rules, spoken: Spoken): Expected {
  const { zalouser } = rules;
  if (zalouser === undefined) return "drop";
  return spoken.groupId === undefined ? inPrivate(zalouser, spoken) : inGroup(rules, zalouser, spoken, spoken.groupId);
}

type Block = NonNullable<Rules["zalouser"]>;

function inPrivate({ dmPolicy = "pairing", allowFrom = [] }: Block, { senderId }: Spoken): Expected {
  if (dmPolicy === "disabled") return "drop";
  if (names(allowFrom, senderId) || names(allowFrom, "*")) return "admitted";
  return dmPolicy === "pairing" ? "challenge" : "drop";
}

function inGroup({ groupDefault }: Rules, block: Block, spoken: Spoken, groupId: string): Expected {
  const { groupAllowFrom = [], allowFrom = [] } = block;
  const rules = new Map(Object.entries(block.groups ?? {}));
  const listsAnything = rules.size > 0 || groupAllowFrom.length > 0;
  const policy = block.groupPolicy ?? groupDefault ?? (listsAnything ? "allowlist" : "open");
  const rule = rules.get(groupId) ?? rules.get("*");
  if (policy === "disabled" || rule?.allow === false || rule?.enabled === false) return "drop";
  if (policy === "allowlist" && rule === undefined) return "drop";
  if (!rules.has(groupId) && [...rules].some(([key, entry]) => isUnknownName(key) && holdsBack(entry, rules)))
    return "drop";
  const nearest = [rule?.allowFrom, rules.get("*")?.allowFrom, groupAllowFrom].find((list = []) => list.length > 0);
  const people = nearest ?? [];
  const isListed = names(people, spoken.senderId) || names(people, "*");
  if (people.length > 0 && !isListed) return "drop";
  const mayCommand = names(allowFrom, spoken.senderId) || names(allowFrom, "*") || isListed;
  if (spoken.command && !mayCommand) return "drop";
  const mustAddress = rule?.requireMention ?? rules.get("*")?.requireMention ?? true;
  return spoken.addressed || !mustAddress ? "admitted" : "context";
}

/** Here no list of groups was ever read, so a name may mean any group. */
function isUnknownName(key: string): boolean {
  return key !== "*" && !/^\d+$/u.test(key);
}

/** Whether whoever wrote the rule wanted less from that group than from others. */
function holdsBack(entry: GroupRules, rules: ReadonlyMap<string, GroupRules>): boolean {
  if (entry.allow === false || entry.enabled === false || (entry.allowFrom ?? []).length > 0) return true;
  return entry.requireMention === true && rules.get("*")?.requireMention === false;
}

/** An id with or without the prefixes the configuration allows; a name never stands for anybody here. */
function names(list: readonly (string | number)[], wanted: string): boolean {
  return list.some((entry) => {
    const bare = String(entry)
      .trim()
      .replace(/^(?:zalouser|zlu):/iu, "")
      .replace(/^user:/iu, "");
    return bare === wanted;
  });
}
