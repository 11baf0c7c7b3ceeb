import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import type { AccountConfig } from "../config.js";
import { CHANNEL_PATH } from "./channel-id.js";

/** Read anew for every message, or at every use: a change needs no new listener, which would be a login and a gap. */
const live = [
  "ackReaction",
  "allowFrom",
  "catchUp",
  "configWrites",
  "dangerouslyAllowNameMatching",
  "dmPolicy",
  "groupAllowFrom",
  "groupPolicy",
  "groups",
  "historyLimit",
  "locale",
  "markdown",
  "mediaMaxMb",
  "messagePrefix",
  "name",
  "rateLimit",
  "receipts",
  "replyToMode",
  "responsePrefix",
  "typing",
] as const satisfies readonly (keyof AccountConfig)[];

/** Of the host's own settings what it would restart every channel for, and we read anew as well. */
const liveOfHost = [
  "accessGroups",
  "channels.defaults",
  "commands",
  "messages.ackReactionScope",
  "messages.inbound",
] as const;

/**
 * What a change of the config restarts. An account reads its own block and the root; where another one's block matters
 * (two on one profile, who is the default account, whether the one on the root settings still is an account) the running
 * account notices it by itself: see `watchSettings`.
 */
export const reload: NonNullable<ChannelPlugin["reload"]> = {
  configPrefixes: [CHANNEL_PATH],
  noopPrefixes: [
    ...live.flatMap((key) => [`${CHANNEL_PATH}.${key}`, `${CHANNEL_PATH}.accounts.*.${key}`]),
    ...liveOfHost,
  ],
  accountScopedRestart: true,
};
