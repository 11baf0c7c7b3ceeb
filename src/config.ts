// Imports nothing of ours: scripts/manifest.ts reads this file as it is, before anything is built.
import { z } from "zod";

/** Text units (UTF-16) that Zalo's own client accepts in one message. */
export const ZALO_TEXT_LIMIT = 2000;

/** The reactions Zalo has; empty for none. */
export const ACK_REACTIONS = ["", "❤️", "👍", "😆", "😮", "😭", "😡"] as const;

const idList = z.array(z.union([z.string(), z.number()]));

const toolPolicy = z.strictObject({
  allow: z.array(z.string()).optional(),
  alsoAllow: z.array(z.string()).optional(),
  deny: z.array(z.string()).optional(),
});

const group = z.strictObject({
  allow: z
    .boolean()
    .optional()
    .meta({ title: "Allowed", advanced: false, description: "false shuts the account up in this group." }),
  enabled: z
    .boolean()
    .optional()
    .meta({ title: "Enabled", description: "Same as allow; kept for configs of the official plugin." }),
  requireMention: z.boolean().optional().meta({
    title: "Answer only when addressed",
    advanced: false,
    description: "Default true: the account answers only when it is mentioned.",
  }),
  allowFrom: idList.optional().meta({
    title: "Allowed people in this group",
    advanced: false,
    description:
      'Zalo user ids, quoted, names of friends, "accessGroup:<name>" or "*". In place of groupAllowFrom; empty or unset: that list.',
  }),
  tools: toolPolicy.optional().meta({ title: "Tools", description: "Tools the agent may use in this group." }),
  skills: z.array(z.string()).optional().meta({
    title: "Skills",
    description: "Names of the skills the agent may use in this group. Unset: all of them; empty: none.",
  }),
  systemPrompt: z.string().optional().meta({
    title: "Instructions",
    description: "What the agent is told about this group, in addition to its own instructions.",
  }),
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
  strangersPerDay: z.int().min(0).max(200).optional().meta({
    title: "Strangers a day",
    description:
      "Most people this account writes to within 24 hours who are neither friends nor let in and have not been answered before, pairing codes included. Default 20.",
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
  name: z
    .string()
    .optional()
    .meta({ title: "Name", advanced: false, description: "A label for people; never used for decisions." }),
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
    advanced: false,
    description: "Zalo user ids, quoted, names of friends, or accessGroup:<name>. A name is turned into an id once.",
  }),
  groupPolicy: z.enum(["open", "disabled", "allowlist"]).optional().meta({
    title: "Groups",
    description: "Which groups may talk to the account. Default open, or channels.defaults.groupPolicy.",
  }),
  groupAllowFrom: idList.optional().meta({
    title: "Allowed people in groups",
    advanced: false,
    description:
      "Zalo user ids, quoted, names of friends, or accessGroup:<name>. Empty: everybody in an allowed group.",
  }),
  groups: z
    .record(z.string(), group)
    .optional()
    .meta({ title: "Group rules", description: 'Rules by group id or name; "*" stands for every other group.' }),
  dangerouslyAllowNameMatching: z.boolean().optional().meta({
    title: "Name matching",
    description:
      "Only where the official plugin was logged in before: true has names in lists turned into ids at the start. Elsewhere they always are, and a name itself never decides access.",
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
  replyToMode: z.enum(["off", "first", "all"]).optional().meta({
    title: "Quote what is answered",
    description:
      "first: the first message of an answer quotes it; all: every message does. Default first in groups, off in direct messages.",
  }),
  rateLimit: rateLimit
    .optional()
    .meta({ title: "Pacing", description: "How fast the account may send. Slower is safer for the account." }),
  typing: z.boolean().optional().meta({
    title: "Show typing",
    description: "Show that an answer is being written. Default false: each time costs a login of the account.",
  }),
  receipts: z.boolean().optional().meta({
    title: "Read receipts",
    description: "Only false is possible: zca cannot mark messages as delivered or seen.",
  }),
  ackReaction: z.enum(ACK_REACTIONS).optional().meta({
    title: "Reaction to messages",
    description:
      "Reaction that says a message was seen, where messages.ackReactionScope wants one. Default none, or messages.ackReaction; each costs a login.",
  }),
  locale: z.enum(["vi", "en"]).optional().meta({
    title: "Language",
    advanced: false,
    description:
      "Language of what the plugin itself writes to people: pairing codes, the notice of approval, notices of OpenClaw. Default vi.",
  }),
  catchUp: catchUp.optional().meta({
    title: "Catching up",
    description: "Messages that came while the account was not listening are read back and answered.",
  }),
} as const;

/** `channels.zalouser.accounts.<id>`. */
export const accountConfigSchema = z.strictObject(accountShape);

/** `channels.zalouser`: the single source of the manifest's JSON schema and of the types below. */
export const channelConfigSchema = z.strictObject({
  ...accountShape,
  accounts: z.record(z.string(), accountConfigSchema).optional().meta({
    title: "Accounts",
    description: "Several Zalo accounts, each with its own zca profile. Unset settings come from the channel root.",
  }),
  defaultAccount: z
    .string()
    .optional()
    .meta({ title: "Default account", description: "Account used when a command names none." }),
});

export type ChannelConfig = z.infer<typeof channelConfigSchema>;
export type AccountConfig = z.infer<typeof accountConfigSchema>;
export type GroupPolicy = NonNullable<AccountConfig["groupPolicy"]>;
export type Locale = NonNullable<AccountConfig["locale"]>;

/** Zalo is used by people who read Vietnamese; a code in a foreign language looks like a fraud to them. */
export const DEFAULT_LOCALE: Locale = "vi";

export const DEFAULT_MEDIA_MAX_MB = 20;
export const DEFAULT_RATE_LIMIT = {
  perMinute: 20,
  sameConversationMs: 1000,
  otherConversationMs: 1500,
  strangersPerDay: 20,
} as const;
export const DEFAULT_CATCH_UP = { enabled: true, maxMessages: 50, maxAgeMinutes: 720, maxConversations: 10 } as const;
