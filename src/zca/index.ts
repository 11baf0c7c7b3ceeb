// What other layers may use of the zca layer.
export {
  authStatus,
  listFriends,
  listGroupMembers,
  listGroups,
  logout,
  ownId,
  ownProfile,
} from "./account-commands.js";
export { startListener } from "./listen.js";
export { type LoggedIn, login, type LoginEvent } from "./login.js";
export { decodeMessage, type InboundMessage } from "./message.js";
export { openzcaHome, sweepOrphans } from "./orphans.js";
export type { SendOutcome } from "./outcome.js";
export type { StreamLine } from "./protocol.js";
export { createZca, type Zca } from "./run.js";
export { carriesCaption, sendFile, sendLink, sendText, travelsByListener } from "./send.js";
export type { PacingSettings } from "./pacing.js";
export { createSendQueue, type SendQueue } from "./send-queue.js";
export type { SendTask } from "./send-run.js";
