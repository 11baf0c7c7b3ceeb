// What other layers may use of the zca layer.
export {
  type AuthStatus,
  authStatus,
  findFriend,
  type Group,
  listFriends,
  listGroupMembers,
  listGroups,
  logout,
  ownId,
  ownProfile,
  type Person,
} from "./account-commands.js";
export { type Binary, findBinary, type FindBinaryOptions } from "./binary.js";
export type { Capabilities } from "./capabilities.js";
export type { CallKind, TextMessage, Thread } from "./commands.js";
export { childEnvironment, type Environment } from "./environment.js";
export { type Listener, type ListenEnding, type ListenExit, type ListenerStats, startListener } from "./listen.js";
export { type LoggedIn, login, type LoginEvent, type LoginOptions } from "./login.js";
export { decodeMessage, type InboundMention, type InboundMessage, type InboundQuote } from "./message.js";
export type { MalformedReason, MessageRecord } from "./message-keys.js";
export type { InboundMedia } from "./message-media.js";
export { openzcaHome, sweepOrphans, type SweepOptions, type SweepReport } from "./orphans.js";
export type { SendOutcome } from "./outcome.js";
export { type LifecycleEvent, readLine, type StreamLine } from "./protocol.js";
export { replyJson } from "./reply.js";
export { createZca, type Zca, type ZcaOptions } from "./run.js";
export { carriesCaption, sendFile, sendLink, sendText, travelsByListener } from "./send.js";
export type { PacingSettings } from "./pacing.js";
export { createSendQueue, type SendQueue, type SendQueueSnapshot } from "./send-queue.js";
export type { SendTask } from "./send-run.js";
