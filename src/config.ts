import { z } from "zod";

/** Text units (UTF-16) that Zalo's own client accepts in one message. */
export const ZALO_TEXT_LIMIT = 2000;

const idList = z.array(z.union([z.string(), z.number()]));

const toolPolicy = z.strictObject({
  allow: z.array(z.string()).optional(),
  alsoAllow: z.array(z.string()).optional(),
  deny: z.array(z.string()).optional(),
});

const group = z.strictObject({
  allow: z.boolean().optional().meta({ title: "Allowed", description: "false shuts the account up in this group." }),
  enabled: z
    .boolean()
    .optional()
    .meta({ title: "Enabled", description: "Same as allow; kept for configs of the official plugin." }),
  requireMention: z.boolean().optional().meta({
    title: "Answer only when addressed",
    description: "Default true: the account answers only when it is mentioned.",
  }),
  tools: toolPolicy.optional().meta({ title: "Tools", description: "Tools the agent may use in this group." }),
});

const rateLimit = z.strictObject({
  perMinute: z.int().min(1).max(60).optional().meta({
    title: "Messages a minute",
    description: "Most messages this account sends in any 60 seconds. Default 20.",
  }),
  sameConversationMs: z.int().min(500).max(60_000).optional().meta({
    title: "Gap within a conversation (ms)",
    description:
      "Least time between two messages to one conversation; up to half as much again is added at random. Default 1000.",
  }),
  otherConversationMs: z.int().min(500).max(60_000).optional().meta({
    title: "Gap between conversations (ms)",
    description:
      "Least time before a message to another conversation; up to the same again is added at random. Default 1500.",
  }),
});

const catchUp = z.strictObject({
  enabled: z.boolean().optional().meta({
    title: "On",
    description: "Default true. Reading a conversation back costs a login.",
  }),
  maxMessages: z.int().min(1).max(200).optional().meta({
    title: "Messages a conversation",
    description: "Most messages of one conversation that are read back. Default 50.",
  }),
  maxAgeMinutes: z.int().min(1).max(10_080).optional().meta({
    title: "Oldest message (minutes)",
    description: "Older messages are not read back. Default 720, which is 12 hours.",
  }),
  maxConversations: z.int().min(1).max(20).optional().meta({
    title: "Conversations at a time",
    description: "Most conversations that are read back at a time, those heard of last first. Default 10.",
  }),
});

/** Settings that the channel root and every account share. */
const accountShape = {
  name: z.string().optional().meta({ title: "Name", description: "A label for people; never used for decisions." }),
  enabled: z.boolean().optional().meta({ title: "Enabled" }),
  configWrites: z
    .boolean()
    .optional()
    .meta({ title: "Config writes", description: "Allow commands from this channel to change the config." }),
  markdown: z
    .strictObject({ tables: z.enum(["off", "bullets", "code", "block"]).optional() })
    .optional()
    .meta({ title: "Markdown", description: "How tables of an answer are shown in Zalo." }),
  profile: z.string().optional().meta({
    title: "zca profile",
    description: "Profile of the zca program that holds the login. Default: the account id.",
  }),
  zcaBinary: z.string().optional().meta({
    title: "zca program",
    description: "Path or name of the zca program. Default: $ZCA_BINARY, then zca, then openzca on PATH.",
  }),
  zcaEnv: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
    .optional()
    .meta({
      title: "Extra environment",
      description: "Names of further environment variables the zca program may see.",
    }),
  dmPolicy: z.enum(["pairing", "allowlist", "open", "disabled"]).optional().meta({
    title: "Direct messages",
    description: 'Who may write to the account. Default pairing; open also needs "*" in allowFrom.',
  }),
  allowFrom: idList.optional().meta({
    title: "Allowed people",
    description: "Zalo user ids, quoted, or names of friends. A name is turned into an id once, at the start.",
  }),
  groupPolicy: z.enum(["open", "disabled", "allowlist"]).optional().meta({
    title: "Groups",
    description: "Which groups may talk to the account. Default open, or channels.defaults.groupPolicy.",
  }),
  groupAllowFrom: idList.optional().meta({
    title: "Allowed people in groups",
    description: "Zalo user ids, quoted, or names of friends. Empty: everybody in an allowed group.",
  }),
  groups: z
    .record(z.string(), group)
    .optional()
    .meta({ title: "Group rules", description: 'Rules by group id or name; "*" stands for every other group.' }),
  dangerouslyAllowNameMatching: z.boolean().optional().meta({
    title: "Name matching",
    description:
      "Accepted for configs of the official plugin and ignored: names are turned into ids at the start and never decide access.",
  }),
  historyLimit: z.int().min(0).optional().meta({
    title: "Group context",
    description: "How many unanswered group messages the next addressed one brings along. Default 50, 0 turns it off.",
  }),
  mediaMaxMb: z.number().positive().optional().meta({ title: "Largest file (MB)", description: "Default 20." }),
  messagePrefix: z.string().optional().meta({
    title: "Message prefix",
    description: "Accepted for configs of the official plugin; without effect.",
  }),
  responsePrefix: z.string().optional().meta({ title: "Response prefix", description: "Text put before an answer." }),
  rateLimit: rateLimit
    .optional()
    .meta({ title: "Pacing", description: "How fast the account may send. Slower is safer for the account." }),
  catchUp: catchUp.optional().meta({
    title: "Catching up",
    description: "Messages that came while the account was not listening are read back and answered.",
  }),
} as const;

const account = z.strictObject(accountShape);

/** `channels.zalouser`: the single source of the manifest's JSON schema and of the types below. */
export const channelConfigSchema = z.strictObject({
  ...accountShape,
  accounts: z.record(z.string(), account).optional().meta({
    title: "Accounts",
    description: "Several Zalo accounts, each with its own zca profile. Unset settings come from the channel root.",
  }),
  defaultAccount: z
    .string()
    .optional()
    .meta({ title: "Default account", description: "Account used when a command names none." }),
});

export type ChannelConfig = z.infer<typeof channelConfigSchema>;
export type AccountConfig = z.infer<typeof account>;
export type GroupPolicy = NonNullable<AccountConfig["groupPolicy"]>;

export const DEFAULT_MEDIA_MAX_MB = 20;
export const DEFAULT_RATE_LIMIT = { perMinute: 20, sameConversationMs: 1000, otherConversationMs: 1500 } as const;
export const DEFAULT_CATCH_UP = { enabled: true, maxMessages: 50, maxAgeMinutes: 720, maxConversations: 10 } as const;

/** One thing wrong with a config that its JSON schema cannot say. */
export interface ConfigProblem {
  /** Dotted config path, e.g. `channels.zalouser.allowFrom[0]`. */
  readonly path: string;
  readonly message: string;
}

/** What zca accepts as a profile name. */
const PROFILE_NAME = /^[A-Za-z0-9_-]+$/;

/** Checks one account's own block (or the channel root): shape first, then what the shape cannot say. */
export function findConfigProblems(block: unknown, path: string): ConfigProblem[] {
  const shape = path.includes(".accounts.") ? account : channelConfigSchema;
  const parsed = shape.safeParse(block);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => ({
      path: joinPath(path, issue.path),
      message: `is not valid: ${issue.message}`,
    }));
  }
  const config: AccountConfig = parsed.data;
  return [
    ...roundedIds(config.allowFrom, `${path}.allowFrom`),
    ...roundedIds(config.groupAllowFrom, `${path}.groupAllowFrom`),
    ...profileProblems(config.profile, `${path}.profile`),
  ];
}

/** An id above 2^53 written as a number has already lost digits when we see it: never guess which person was meant. */
function roundedIds(entries: AccountConfig["allowFrom"], path: string): ConfigProblem[] {
  return (entries ?? []).flatMap((entry, index) =>
    typeof entry === "number" && !(Number.isSafeInteger(entry) && entry >= 0)
      ? [{ path: `${path}[${index}]`, message: "is a number that JSON cannot hold exactly; write the id in quotes" }]
      : [],
  );
}

function profileProblems(profile: string | undefined, path: string): ConfigProblem[] {
  if (profile === undefined || PROFILE_NAME.test(profile)) return [];
  const found = profile.trim() === "" ? "is empty" : "has characters zca does not accept";
  return [{ path, message: `${found}; use letters, digits, "-" and "_" only` }];
}

function joinPath(base: string, rest: readonly PropertyKey[]): string {
  return rest.reduce<string>(
    (path, key) => (typeof key === "number" ? `${path}[${key}]` : `${path}.${String(key)}`),
    base,
  );
}
