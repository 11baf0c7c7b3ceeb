import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { listAccountIds, resolveAccount } from "../account/accounts.js";
import { actionsModule } from "../lazy.js";
import { groupChanges, isHandled, offeredActions, ownerActions } from "./offered.js";

type Actions = NonNullable<ChannelPlugin["actions"]>;

/** The part of the shared `message` tool that is Zalo's; what an action does is loaded when one is asked for. */
export const actions: Actions = {
  describeMessageTool: ({ cfg, accountId, senderIsOwner }) => {
    const ids = accountId === undefined || accountId === null ? listAccountIds(cfg) : [accountId];
    const usable = ids.map((id) => resolveAccount(cfg, id)).some(({ enabled, configured }) => enabled && configured);
    if (!usable) return null;
    // Whoever asks without being the owner is not even shown what only the owner may do.
    const hidden: readonly string[] = senderIsOwner === false ? ownerActions : [];
    return { actions: offeredActions.filter((action) => !hidden.includes(action)) };
  },
  // A send is a message like any other and goes the host's way, through its queue.
  supportsAction: ({ action }) => isHandled(action),
  // One queue for each profile, in one process.
  resolveExecutionMode: ({ action }) => (isHandled(action) ? "gateway" : "local"),
  // Directly before each call of zca the host's authority is asked again.
  writeAuthorityActions: ["react", "unsend", "delete", "sticker", ...groupChanges],
  requiresTrustedRequesterSender: ({ action, toolContext }) =>
    ownerActions.some((owned) => owned === action) && toolContext?.currentChannelProvider !== undefined,
  handleAction: async (ctx) => (await actionsModule()).handleAction(ctx),
};
