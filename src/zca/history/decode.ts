import { parseExactJson } from "../output/exact-json.js";
import { isRecord, isWebAddress, textOf } from "../output/values.js";
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
  return "malformed" in message ? message : { ...message, raw: record, caughtUp: { contextOnly } };
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
  const held = msgType === "webchat" ? undefined : parsed(content);
  if (!isRecord(held)) return { ...kept, msgType, content };
  const urls = addressesOf(msgType, held);
  return { ...kept, msgType, content: wordsOf(msgType, held), ...(urls.length === 0 ? {} : { mediaUrls: urls }) };
}

/** What can stand for words, the most telling first. */
const wordKeys = ["msg", "text", "caption", "title", "description", "fileName", "name", "address"] as const;

function wordsOf(msgType: string, held: MessageRecord): string {
  if (msgType === "chat.link") return textOf(held["href"]) ?? "";
  for (const key of wordKeys) {
    const words = textOf(held[key])?.trim();
    if (words) return words;
  }
  return "";
}

/** Kinds whose small picture comes before the thing itself, as the listener lists them. */
const previewFirst = new Set(["chat.photo", "chat.gif", "chat.doodle", "chat.recommended"]);

/** The web addresses Zalo holds for an attachment, in the listener's order. */
function addressesOf(msgType: string, held: MessageRecord): string[] {
  const extra = parsed(textOf(held["params"]) ?? "");
  const previews = [held["thumb"], held["thumbUrl"]];
  const originals = [held["href"], held["normalUrl"], held["url"], held["m4a"]];
  const best = [held["hdUrl"], ...(isRecord(extra) ? [extra["hd"], extra["m4a"]] : [])];
  const ordered = previewFirst.has(msgType)
    ? [...previews, ...originals, ...best]
    : [...originals, ...best, ...previews];
  return [...new Set(ordered.flatMap((value) => textOf(value) ?? []).filter(isWebAddress))];
}
