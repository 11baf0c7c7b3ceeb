import { parseExactJson } from "../output/exact-json.js";
import { isRecord, isWebAddress, textOf } from "../output/values.js";

type Row = Readonly<Record<string, unknown>>;

/** What can stand for words, the most telling first. */
const wordKeys = ["msg", "text", "caption", "title", "description", "fileName", "name", "address"] as const;

/** The words of what Zalo holds for a message that is no text, such as a caption, a file's name or a link. */
export function contentWords(msgType: string, held: Row): string {
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
export function contentAddresses(msgType: string, held: Row): string[] {
  const extra = contentParams(held);
  const previews = [held["thumb"], held["thumbUrl"]];
  const originals = [held["href"], held["normalUrl"], held["url"], held["m4a"]];
  const best = [held["oriUrl"], held["hdUrl"], extra["hd"], extra["m4a"]];
  const ordered = previewFirst.has(msgType)
    ? [...previews, ...originals, ...best]
    : [...originals, ...best, ...previews];
  return [...new Set(ordered.flatMap((value) => textOf(value) ?? []).filter(isWebAddress))];
}

/** The further facts of a content, which Zalo packs as JSON into a string. */
export function contentParams(held: Row): Row {
  return unpacked(held["params"]) ?? {};
}

/** A record, or the text of one. */
export function unpacked(value: unknown): Row | undefined {
  if (isRecord(value)) return value;
  const text = textOf(value);
  if (text === undefined || !text.trimStart().startsWith("{")) return undefined;
  try {
    const found = parseExactJson(text);
    return isRecord(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
