import type { InboundMessage } from "../../zca/index.js";
import { authorOf } from "../outbound/authors.js";

/** What is remembered of a received message so that it can be quoted or reacted to. */
export interface KnownMessage {
  readonly messageId: string;
  readonly cliMessageId: string;
  /** `user:<id>` or `group:<id>`. */
  readonly thread: string;
  readonly senderId: string;
  readonly atMs: number;
  readonly msgType: string;
  /** What a quote shows of it; shortened. */
  readonly excerpt: string;
}

const keptMs = 24 * 60 * 60_000;
const keptMessages = 2_000;
const excerptUnits = 300;

/** In memory only: the words of a message are on disk no longer than it takes to answer it. */
const known = new Map<string, Map<string, KnownMessage>>();

export function rememberMessages(accountId: string, messages: readonly InboundMessage[]): void {
  const own = shelfOf(accountId);
  for (const message of messages) {
    const { messageId, cliMessageId } = message;
    if (messageId === undefined || cliMessageId === undefined) continue;
    own.delete(messageId);
    own.set(messageId, {
      messageId,
      cliMessageId,
      thread: `${message.isGroup ? "group" : "user"}:${message.threadId}`,
      senderId: message.senderId,
      atMs: message.atMs,
      msgType: message.msgType,
      excerpt: excerptOf(message),
    });
  }
  for (const messageId of own.keys()) {
    if (own.size <= keptMessages) break;
    own.delete(messageId);
  }
}

/** A message of this conversation, when it is not older than a day and was received by this process. */
export function knownMessage(accountId: string, thread: string, messageId: string): KnownMessage | undefined {
  const found = shelfOf(accountId).get(messageId);
  return found?.thread === thread && found.atMs > Date.now() - keptMs ? found : undefined;
}

/** Per person behind the account: whoever logs in next has not received these messages. */
function shelfOf(accountId: string): Map<string, KnownMessage> {
  const key = `${accountId}\n${authorOf(accountId) ?? ""}`;
  const shelf = known.get(key) ?? new Map<string, KnownMessage>();
  known.set(key, shelf);
  return shelf;
}

const labels: Readonly<Record<string, string>> = {
  "chat.photo": "[Hình ảnh]",
  "chat.gif": "[GIF]",
  "chat.doodle": "[Hình vẽ]",
  "chat.video.msg": "[Video]",
  "chat.voice": "[Tin nhắn thoại]",
  "chat.sticker": "[Sticker]",
  "share.file": "[Tệp]",
  "chat.location.new": "[Vị trí]",
};

/** The words, or what stands for them in Zalo's own quotes. Never a path or an address of a file. */
function excerptOf({ text, msgType }: InboundMessage): string {
  const words = text.trim();
  if (words === "") return labels[msgType] ?? "[Tin nhắn]";
  return words.length <= excerptUnits ? words : `${words.slice(0, excerptUnits).toWellFormed()}…`;
}
