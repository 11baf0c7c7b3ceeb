import { compact, idOf, isRecord, nameOf, textOf, timeOf } from "../output/values.js";
import { contentAddresses, contentWords, unpacked } from "./message-content.js";
import { type InboundMedia, messageMedia } from "./message-media.js";
import { heldShare, type InboundShare } from "./message-share.js";

/** What a message replies to. The sender's client writes all of it, so it proves nothing. */
export interface InboundQuote {
  readonly ownerId?: string;
  readonly senderName?: string;
  readonly text: string;
  readonly messageId?: string;
  readonly cliMessageId?: string;
  readonly atMs?: number;
  /** The best rendition of what the quoted message carried. */
  readonly media?: readonly InboundMedia[];
  readonly share?: InboundShare;
}

/** UTF-16 units; the program itself shows 220 of a quoted text. */
const MAX_QUOTE = 10_000;

/** Zalo's numbers for what a quoted message is. */
const typeOfNumber: ReadonlyMap<unknown, string> = new Map([
  [31, "chat.voice"],
  [32, "chat.photo"],
  [36, "chat.sticker"],
  [37, "chat.doodle"],
  [38, "chat.recommended"],
  [43, "chat.location.new"],
  [44, "chat.video.msg"],
  [46, "share.file"],
  [49, "chat.gif"],
]);

export function quoteOf(value: unknown): InboundQuote | undefined {
  if (!isRecord(value)) return undefined;
  const attached = attachedTo(value);
  return compact({
    ownerId: idOf(value["ownerId"]),
    senderName: nameOf(value["senderName"]),
    text: textOf(value["msg"])?.slice(0, MAX_QUOTE).toWellFormed() ?? "",
    messageId: idOf(value["globalMsgId"]),
    cliMessageId: idOf(value["cliMsgId"]),
    atMs: timeOf(value["ts"]),
    media: attached.media.length === 0 ? undefined : attached.media,
    share: attached.share,
  });
}

interface Attached {
  readonly media: readonly InboundMedia[];
  readonly share?: InboundShare | undefined;
}

/** What the quoted message carried, from the content its quote repeats. */
function attachedTo(quote: Readonly<Record<string, unknown>>): Attached {
  const msgType = typeOfNumber.get(quote["cliMsgType"]);
  const held = unpacked(quote["attach"]);
  if (msgType === undefined || held === undefined) return { media: [] };
  const fileName = msgType === "share.file" ? contentWords(msgType, held) : undefined;
  const media = messageMedia({ mediaUrls: contentAddresses(msgType, held) }, msgType, fileName);
  return { media, share: heldShare(msgType, held) };
}
