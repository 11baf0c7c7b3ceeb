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
  loop_breaker: {
    sentence: "Its sender reacts to every answer as another bot does; it is not answered for a while.",
  },
  pairing_full: {
    sentence: "A stranger got no pairing code, because as many requests wait as OpenClaw keeps.",
    setting: "dmPolicy",
  },
  pairing_budget: {
    sentence: "A stranger got no pairing code, because enough were sent in the last minutes.",
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
  group_not_allowed: { sentence: "The rule of this group does not allow it.", setting: "groups.<id>.allow" },
  group_not_enabled: { sentence: "The rule of this group is switched off.", setting: "groups.<id>.enabled" },
};

/** The explanation of a reason code, if it is one of ours. */
export function explainDrop(reason: string): DropExplanation | undefined {
  return isDropReason(reason) ? dropReasons[reason] : undefined;
}

function isDropReason(reason: string): reason is DropReason {
  return Object.hasOwn(dropReasons, reason);
}
