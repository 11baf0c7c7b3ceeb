// What other layers may use of the zca layer.
export {
  authStatus,
  findFriends,
  listFriends,
  listGroupMembers,
  listGroups,
  logout,
  memberInfo,
  ownId,
  ownProfile,
} from "./account/account-commands.js";
export { decodeHistory } from "./history/decode.js";
export { type HistoryRow, recentMessages } from "./history/recent.js";
export { startListener } from "./listen/listen.js";
export { assertTakesSession, loginWithFile, readCredentialFile } from "./account/login-file.js";
export { type LoggedIn, login, type LoginEvent } from "./account/login.js";
export { decodeMessage, type InboundMessage } from "./listen/message.js";
export { sweepDrafts } from "./process/drafts.js";
export { openzcaHome, sweepOrphans } from "./process/orphans.js";
export { type Act, perform } from "./send/act.js";
export { noReaction, reactionChoices, readReaction } from "./send/reactions.js";
export { runErrand } from "./send/errand.js";
export type { SendOutcome } from "./send/outcome.js";
export type { StreamLine } from "./listen/protocol.js";
export { createZca, type Zca } from "./program/run.js";
export { carriesCaption, sendFile, sendLink, sendSticker, sendText, travelsByListener } from "./send/send.js";
export { showTyping } from "./send/typing.js";
export type { PaceStore } from "./send/pace-record.js";
export type { PacingSettings } from "./send/pacing-settings.js";
export { createSendQueue, type SendQueue } from "./send/send-queue.js";
export type { CallKind } from "./program/commands.js";
export { isLoginRunning } from "./account/login-lock.js";
export { healListenerLock, isListenerAlive } from "./listen/owner-lock.js";
