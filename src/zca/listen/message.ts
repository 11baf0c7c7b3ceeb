import { parseExactJson } from "../output/exact-json.js";
import { plainText } from "./message-text.js";
import { type InboundMedia, listedAddresses, messageMedia } from "./message-media.js";
import { type InboundQuote, quoteOf } from "./message-quote.js";
import { heardShare, type InboundShare } from "./message-share.js";
import { headOf, type MalformedReason, type MessageRecord, metadataOf } from "./message-keys.js";
import { compact, idOf, isRecord, nameOf, textOf, timeOf } from "../output/values.js";

export interface InboundMention {
  readonly uid: string;
  /** UTF-16 units of the text as sent, the "@" included. Absent in forged mentions, and in what is none. */
  readonly pos?: number;
  readonly len?: number;
  /** 1 = everybody. */
  readonly type?: number;
  readonly text?: string;
}

/** One received message. Ids are exact strings, names NFC, the text as typed (never normalized: mention positions count in it). */
export interface InboundMessage {
  /** Unique within the account; the same message has the same key when it arrives again. */
  readonly eventKey: string;
  /** Further keys under which the same message may arrive again. */
  readonly altKeys: readonly string[];
  readonly messageId?: string;
  readonly cliMessageId?: string;
  /** The other person's id in a direct message, the group's id in a group. */
  readonly threadId: string;
  readonly isGroup: boolean;
  /** The own id on an own message when it is known, else possibly "0". */
  readonly senderId: string;
  readonly senderName?: string;
  readonly toId?: string;
  /** Without media notes, reply notes and placeholders; empty when the message has no words. */
  readonly text: string;
  readonly atMs: number;
  /** Zalo's kind, such as `webchat` or `chat.photo`; empty on a legacy line. */
  readonly msgType: string;
  readonly mentions: readonly InboundMention[];
  readonly quote?: InboundQuote;
  readonly media: readonly InboundMedia[];
  /** Then `text` says nothing of it. */
  readonly share?: InboundShare;
  readonly threadName?: string;
  /** Read from the conversation's history after a gap. `contextOnly`: to be known, but no longer to be answered. */
  readonly caughtUp?: { readonly contextOnly: boolean };
  readonly raw: MessageRecord;
}

export interface DecodeOptions {
  /** Own uid: stands in where the line says "0". */
  readonly ownId?: string | undefined;
  /** Time of receipt, used when the line has none. */
  readonly receivedAtMs?: number | undefined;
}

/** Decodes a message line, openzca's or the legacy one. Never throws; a line that lacks the essentials names what. */
export function decodeMessage(
  line: string | MessageRecord,
  options: DecodeOptions = {},
): InboundMessage | { readonly malformed: MalformedReason } {
  const record = typeof line === "string" ? parsed(line) : line;
  if (!record) return { malformed: "broken-json" };
  const head = headOf(record);
  if ("malformed" in head) return head;
  const { senderId } = head;
  if (senderId === undefined) return { malformed: "no-sender" };
  const metadata = metadataOf(record);
  const atMs =
    timeOf(record["ts"]) ?? timeOf(record["timestamp"]) ?? timeOf(metadata["timestamp"]) ?? options.receivedAtMs;
  if (atMs === undefined) return { malformed: "no-time" };

  const msgType = textOf(record["msgType"]) ?? textOf(metadata["msgType"]) ?? "";
  const quote = quoteOf(record["quote"] ?? metadata["quote"]);
  const words = plainText(record, msgType, quote);
  const isFile = msgType === "share.file";
  const media = messageMedia(record, msgType, isFile ? words : undefined);
  const mentions = mentionsOf(record["mentions"] ?? metadata["mentions"]);
  const addresses = msgType === "chat.recommended" ? listedAddresses(record) : [];
  const share = heardShare({ msgType, words, media, addresses, mentions });
  const link = addresses.at(-1);
  // The caption line of a file is its name, not something the sender wrote.
  const ownWords = share !== undefined || (isFile && media.length > 0) ? "" : words;
  const isToldAnyway = link === undefined || share !== undefined || ownWords.includes(link);
  const text = isToldAnyway ? ownWords : [ownWords, link].filter(Boolean).join("\n");

  return compact({
    eventKey: head.eventKey,
    altKeys: head.altKeys,
    messageId: head.messageId,
    cliMessageId: head.cliMessageId,
    threadId: head.threadId,
    isGroup: head.isGroup,
    senderId: senderId === "0" && options.ownId !== undefined ? options.ownId : senderId,
    senderName:
      nameOf(record["senderDisplayName"]) ??
      nameOf(record["senderName"]) ??
      nameOf(metadata["senderDisplayName"]) ??
      nameOf(metadata["senderName"]),
    toId: idOf(record["toId"]) ?? idOf(metadata["toId"]),
    text,
    atMs,
    msgType,
    mentions,
    quote,
    media,
    share,
    threadName: nameOf(record["threadName"]) ?? nameOf(metadata["threadName"]),
    raw: record,
  });
}

function parsed(line: string): MessageRecord | undefined {
  try {
    const value = parseExactJson(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Far more than a message can hold; what a sender invents beyond is not worth the work. */
const MAX_MENTIONS = 200;

function mentionsOf(value: unknown): InboundMention[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_MENTIONS).flatMap((item: unknown) => {
    if (!isRecord(item)) return [];
    const uid = idOf(item["uid"]);
    if (uid === undefined) return [];
    return compact({
      uid,
      pos: countOf(item["pos"]),
      len: countOf(item["len"]),
      type: countOf(item["type"]),
      text: textOf(item["text"]),
    });
  });
}

function countOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
