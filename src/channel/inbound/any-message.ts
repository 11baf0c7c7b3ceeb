import type { InboundMessage } from "../../zca/index.js";

/** A message that stands for any a person may have written to the account, or in a group. */
export function anyMessageOf(senderId: string, groupId?: string): InboundMessage {
  return {
    eventKey: "any",
    altKeys: [],
    threadId: groupId ?? senderId,
    isGroup: groupId !== undefined,
    senderId,
    text: "?",
    atMs: 0,
    msgType: "webchat",
    mentions: [],
    media: [],
    raw: {},
  };
}
