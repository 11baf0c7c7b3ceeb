import { parseExactJson } from "../output/exact-json.js";
import { plainText } from "./message-text.js";
import { type InboundMedia, messageMedia, sharedLink } from "./message-media.js";
import {
  eventKeys,
  isGroupMessage,
  type MalformedReason,
  type MessageRecord,
  metadataOf,
  senderOf,
  threadOf,
} from "./message-keys.js";
import { idOf, isRecord, nameOf, textOf, timeOf } from "../output/values.js";

export interface InboundMention {
  readonly uid: string;
  /** UTF-16 units of the text as sent, the "@" included. Absent in forged mentions, and in what is none. */
  readonly pos?: number;
  readonly len?: number;
  /** 1 = everybody. */
  readonly type?: number;
  readonly text?: string;
}

/** What a message replies to. The sender's client writes all of it, so it proves nothing. */
export interface InboundQuote {
  readonly ownerId?: string;
  readonly senderName?: string;
  readonly text: string;
  readonly messageId?: string;
  readonly cliMessageId?: string;
  readonly atMs?: number;
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
  const keys = eventKeys(record);
  if ("malformed" in keys) return keys;
  const metadata = metadataOf(record);
  const threadId = threadOf(record) ?? "";
  const isGroup = isGroupMessage(record);
  const sender = senderOf(record, isGroup);
  if (sender === undefined) return { malformed: "no-sender" };
  const atMs =
    timeOf(record["ts"]) ?? timeOf(record["timestamp"]) ?? timeOf(metadata["timestamp"]) ?? options.receivedAtMs;
  if (atMs === undefined) return { malformed: "no-time" };

  const msgType = textOf(record["msgType"]) ?? textOf(metadata["msgType"]) ?? "";
  const quote = quoteOf(record["quote"] ?? metadata["quote"]);
  const words = plainText(record, msgType, quote);
  const link = sharedLink(record, msgType);
  const isFile = msgType === "share.file";
  const media = messageMedia(record, msgType, isFile ? words : undefined);
  // The caption line of a file is its name, not something the sender wrote.
  const ownWords = isFile && media.length > 0 ? "" : words;
  const text = link === undefined || ownWords.includes(link) ? ownWords : [ownWords, link].filter(Boolean).join("\n");

  return compact({
    eventKey: keys.eventKey,
    altKeys: keys.altKeys,
    messageId: idOf(record["msgId"]),
    cliMessageId: idOf(record["cliMsgId"]),
    threadId,
    isGroup,
    senderId: sender === "0" && options.ownId !== undefined ? options.ownId : sender,
    senderName:
      nameOf(record["senderDisplayName"]) ??
      nameOf(record["senderName"]) ??
      nameOf(metadata["senderDisplayName"]) ??
      nameOf(metadata["senderName"]),
    toId: idOf(record["toId"]) ?? idOf(metadata["toId"]),
    text,
    atMs,
    msgType,
    mentions: mentionsOf(record["mentions"] ?? metadata["mentions"]),
    quote,
    media,
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
/** UTF-16 units; the program itself shows 220 of a quoted text. */
const MAX_QUOTE = 10_000;

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

function quoteOf(value: unknown): InboundQuote | undefined {
  if (!isRecord(value)) return undefined;
  return compact({
    ownerId: idOf(value["ownerId"]),
    senderName: nameOf(value["senderName"]),
    text: textOf(value["msg"])?.slice(0, MAX_QUOTE).toWellFormed() ?? "",
    messageId: idOf(value["globalMsgId"]),
    cliMessageId: idOf(value["cliMsgId"]),
    atMs: timeOf(value["ts"]),
  });
}

type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Absent stays absent: a key is there or it is not, it never holds undefined. */
function compact<T extends object>(value: T): Compact<T> {
  const kept: Partial<T> = {};
  for (const key in value) if (value[key] !== undefined) kept[key] = value[key];
  return kept as unknown as Compact<T>; // The loop is what the type says.
}
