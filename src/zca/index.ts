// What other layers may use of the zca layer.
export {
  authStatus,
  listFriends,
  listGroupMembers,
  listGroups,
  logout,
  ownId,
  ownProfile,
} from "./account/account-commands.js";
export { startListener } from "./listen/listen.js";
export { type LoggedIn, login, type LoginEvent } from "./account/login.js";
export { decodeMessage, type InboundMessage } from "./listen/message.js";
export { openzcaHome, sweepOrphans } from "./process/orphans.js";
export type { SendOutcome } from "./send/outcome.js";
export type { StreamLine } from "./listen/protocol.js";
export { createZca, type Zca } from "./program/run.js";
export { carriesCaption, sendFile, sendLink, sendText, travelsByListener } from "./send/send.js";
export type { PacingSettings } from "./send/pacing.js";
export { createSendQueue, type SendQueue } from "./send/send-queue.js";
export type { SendTask } from "./send/send-run.js";
