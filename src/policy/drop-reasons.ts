import type { GroupReason } from "./groups.js";
import type { ScreenReason } from "./screening.js";

type ClosedGroupReason = Exclude<GroupReason, "group_open" | "group_listed" | "group_listed_by_wildcard">;
/** Drops that do not come from the host's own decision. */
export type DropReason = ScreenReason | ClosedGroupReason | "duplicate" | "not_addressed";

export interface DropExplanation {
  readonly sentence: string;
  /** The setting that would change it, below `channels.zalouser` or the account's own block; absent = none would. */
  readonly setting?: string;
}

/** Why a message was not answered, in words for status and log. */
export const dropReasons: Readonly<Record<DropReason, DropExplanation>> = {
  echo: { sentence: "It was written by this account itself." },
  duplicate: { sentence: "It was handled before." },
  empty: { sentence: "It holds neither text nor media the plugin can read." },
  not_addressed: {
    sentence: "In a group the account answers only when it is addressed.",
    setting: "groups.<id>.requireMention",
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
