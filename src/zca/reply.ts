import type { InboundMessage } from "./message.js";

const maxQuoteChars = 500;

/**
 * The JSON that quotes a received message (`TextMessage.quote`), reduced to the keys zca needs because it travels in an argument.
 * Undefined when the message lacks an id, or is of a kind that cannot be quoted.
 */
export function replyJson(message: InboundMessage): string | undefined {
  const { messageId, cliMessageId, msgType } = message;
  if (messageId === undefined || cliMessageId === undefined || msgType === "" || msgType === "group.poll")
    return undefined;
  return JSON.stringify({
    threadId: message.threadId,
    msgId: messageId,
    cliMsgId: cliMessageId,
    senderId: message.senderId,
    msgType,
    content: beginning(message.text),
    ts: String(message.atMs),
    type: message.isGroup ? 1 : 0,
  });
}

/** Cut between characters, never inside a surrogate pair. */
function beginning(text: string): string {
  const cut = text.slice(0, maxQuoteChars);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
