import type { AccountConfig } from "../config.js";

export type ReplyToMode = NonNullable<AccountConfig["replyToMode"]>;

/** Whether an answer quotes what it answers. In a direct message it is plain anyway; in a group others write meanwhile. */
export function replyToModeOf(settings: AccountConfig, isGroup: boolean): ReplyToMode {
  return settings.replyToMode ?? (isGroup ? "first" : "off");
}
