import type { GroupReason } from "./groups.js";
import type { ScreenReason } from "./screening.js";

type ClosedGroupReason = Exclude<GroupReason, "group_open" | "group_listed" | "group_listed_by_wildcard">;
/** Drops that do not come from the host's own decision. */
export type DropReason =
  | ScreenReason
  | ClosedGroupReason
  | "duplicate"
  | "other_account"
  | "not_addressed"
  | "owner_paused"
  | CaughtUpReason
  | FloodReason;
/** Of messages read back from before. */
type CaughtUpReason = "caught_up_stranger" | "owner_answered";
/** Too much of one thing at a time. */
type FloodReason = "loop_breaker" | "pairing_full" | "pairing_budget";

export interface DropExplanation {
  readonly sentence: string;
  /** The setting that would change it, below `channels.zalouser` or the account's own block; absent = none would. */
  readonly setting?: string;
}

/** Why a message was not answered, in words for status and log. */
export const dropReasons: Readonly<Record<DropReason, DropExplanation>> = {
  echo: { sentence: "It was written by this account itself." },
  duplicate: { sentence: "It was handled before." },
  other_account: { sentence: "It was written to another person, who was logged in behind this profile then." },
  empty: { sentence: "It holds neither text nor media the plugin can read." },
  not_addressed: {
    sentence: "In a group the account answers only when it is addressed.",
    setting: "groups.<id>.requireMention",
  },
  caught_up_stranger: {
    sentence: "It was read back from before, and strangers get a pairing code only for what they write now.",
    setting: "dmPolicy",
  },
  owner_answered: { sentence: "The owner has answered it from the phone; it is known as context." },
  owner_paused: {
    sentence: "The owner has paused this conversation; `openclaw zalouser resume <conversation>` goes on with it.",
  },
  loop_breaker: {
    sentence: "Its sender reacts to every answer as another bot does; it is not answered for a while.",
  },
  pairing_full: {
    sentence: "A stranger got no pairing code, because as many requests wait as OpenClaw keeps.",
    setting: "dmPolicy",
  },
  pairing_budget: {
    sentence: "A stranger got no pairing code, because enough were sent to strangers in the last minutes, or this day.",
    setting: "dmPolicy",
  },
  group_policy_disabled: { sentence: "Groups are switched off.", setting: "groupPolicy" },
  group_not_listed: {
    sentence: "Only listed groups may talk to the account, and this one is not.",
    setting: "groups.<id>",
  },
  group_list_empty: {
    sentence: "Only listed groups may talk to the account, and none is listed.",
    setting: "groups.<id>",
  },
  group_name_unresolved: {
    sentence:
      "A rule by name holds a group back, and which one is not known; until it is, only groups with an entry by id may talk to the account.",
    setting: "groups",
  },
  group_senders_missing: {
    sentence:
      'The config may be the official plugin\'s, which let nobody in who is not listed; "*" in the list lets in everybody of the listed groups.',
    setting: "groupAllowFrom",
  },
  group_not_allowed: { sentence: "The rule of this group does not allow it.", setting: "groups.<id>.allow" },
  group_not_enabled: { sentence: "The rule of this group is switched off.", setting: "groups.<id>.enabled" },
};

/** What OpenClaw's own decision about people is called; the setting behind it depends on the conversation. */
const hostReasons: Readonly<Record<string, DropExplanation>> = {
  dm_policy_disabled: { sentence: "Direct messages are switched off." },
  dm_policy_not_allowlisted: { sentence: "Only listed people may write to the account, and the sender is not." },
  group_policy_not_allowlisted: { sentence: "Only listed people may write in this group, and the sender is not." },
  group_policy_empty_allowlist: { sentence: "Only listed people may write in this group, and nobody is listed." },
};

/** The explanation of a reason code, ours or OpenClaw's. */
export function explainDrop(reason: string): DropExplanation {
  if (isDropReason(reason)) return dropReasons[reason];
  const ofHost = Object.hasOwn(hostReasons, reason) ? hostReasons[reason] : undefined;
  return ofHost ?? { sentence: "The rules of this account do not let it in." };
}

function isDropReason(reason: string): reason is DropReason {
  return Object.hasOwn(dropReasons, reason);
}
