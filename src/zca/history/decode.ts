import { parseExactJson } from "../output/exact-json.js";
import { isRecord, textOf } from "../output/values.js";
import { contentAddresses, contentWords } from "../listen/message-content.js";
import { heldShare } from "../listen/message-share.js";
import { type DecodeOptions, decodeMessage, type InboundMessage } from "../listen/message.js";
import type { MalformedReason, MessageRecord } from "../listen/message-keys.js";

export interface HistoryDecodeOptions extends DecodeOptions {
  /** Nobody is to be answered any more: the owner did it, or it came too late. */
  readonly contextOnly?: boolean | undefined;
}

export type CaughtUpMessage = InboundMessage & { readonly caughtUp: { readonly contextOnly: boolean } };

/**
 * Decodes a row of a conversation's history: the third shape a message comes in, after openzca's and the older line. It
 * has no mentions and no quote, and anything but a text as the JSON Zalo holds for it. Never throws.
 */
export function decodeHistory(
  row: string | MessageRecord,
  { contextOnly = false, ...options }: HistoryDecodeOptions = {},
): CaughtUpMessage | { readonly malformed: MalformedReason } {
  const record = typeof row === "string" ? parsed(row) : row;
  if (!isRecord(record)) return { malformed: "broken-json" };
  const message = decodeMessage(asLine(record), options);
  if ("malformed" in message) return message;
  const caughtUp = { ...message, raw: record, caughtUp: { contextOnly } };
  const held = heldBy(record);
  const share = held === undefined ? undefined : heldShare(message.msgType, held);
  return share === undefined ? caughtUp : { ...caughtUp, text: "", share };
}

function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

/** A row has neither mentions nor a quote: what stands in such fields was put there by somebody else. */
const lineKeys = ["threadId", "isGroup", "msgId", "cliMsgId", "senderId", "senderName", "ts", "msgType"] as const;

/** The row as the listener would have printed the same message. */
function asLine(row: MessageRecord): MessageRecord {
  const kept = Object.fromEntries(lineKeys.flatMap((key) => (row[key] === undefined ? [] : [[key, row[key]]])));
  const content = textOf(row["content"]) ?? "";
  const msgType = textOf(row["msgType"]) ?? "webchat";
  const held = heldBy(row);
  if (held === undefined) return { ...kept, msgType, content };
  const urls = contentAddresses(msgType, held);
  return { ...kept, msgType, content: contentWords(msgType, held), ...(urls.length === 0 ? {} : { mediaUrls: urls }) };
}

/** What Zalo holds for a row that is no text. */
function heldBy(row: MessageRecord): MessageRecord | undefined {
  if ((textOf(row["msgType"]) ?? "webchat") === "webchat") return undefined;
  const held = parsed(textOf(row["content"]) ?? "");
  return isRecord(held) ? held : undefined;
}
