/** What of the shared `message` tool Zalo can do, beside sending, which is the host's own. */
export const offeredActions = [
  "react",
  "unsend",
  "sticker",
  "renameGroup",
  "addParticipant",
  "removeParticipant",
  "leaveGroup",
  "member-info",
  "channel-list",
] as const;

export type OfferedAction = (typeof offeredActions)[number];

/** What an operator's `openclaw message delete` asks for; agents are told of "unsend" alone. */
const operatorWord = "delete";

export type HandledAction = OfferedAction | typeof operatorWord;

/** What changes a group. Only for the owner; see `authority.ts`. */
export const groupChanges = ["renameGroup", "addParticipant", "removeParticipant", "leaveGroup"] as const;

/** The owner's groups are nobody else's to know either. */
export const ownerActions = [...groupChanges, "channel-list"] as const;

export function isHandled(action: string): action is HandledAction {
  return action === operatorWord || offeredActions.some((offered) => offered === action);
}
