import { isRecord } from "../world/sessions.ts";

export type MediaKind = "audio" | "file" | "image" | "video";

export interface ReadContent {
  readonly text: string;
  readonly mediaKind?: MediaKind;
  /** URLs of the content in the order in which they are fetched; a picture's thumbnail comes first. */
  readonly urls: readonly string[];
}

/** What the listener makes of a message's content (contract 8.5): its text, its kind of media, its URLs. */
export function readContent(msgType: string, content: unknown): ReadContent {
  const value = unpack(content);
  const mediaKind = kindOf(msgType, value);
  const urls = mediaKind === undefined ? [] : orderedUrls(mediaKind, value);
  return { text: textOf(msgType, value), urls, ...(mediaKind === undefined ? {} : { mediaKind }) };
}

/** A text that is itself JSON is replaced by what it parses to; the person's own words are lost. */
export function unpack(content: unknown): unknown {
  if (typeof content !== "string") return content;
  const trimmed = content.trim();
  if (!/^(?:\{[\s\S]*\}|\[[\s\S]*\])$/u.test(trimmed)) return content;
  try {
    return JSON.parse(trimmed) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return content;
    throw error;
  }
}

function kindOf(msgType: string, value: unknown): MediaKind | undefined {
  switch (msgType) {
    case "chat.photo":
    case "chat.gif":
    case "chat.doodle":
    case "chat.sticker":
      return "image";
    case "chat.video.msg":
      return "video";
    case "chat.voice":
      return "audio";
    case "share.file":
      return "file";
    case "chat.recommended":
      return isRecord(value) && typeof value["thumb"] === "string" && value["thumb"] !== "" ? "image" : "file";
    default:
      return undefined;
  }
}

const textKeys = [
  "msg",
  "message",
  "text",
  "caption",
  "title",
  "description",
  "fileName",
  "name",
  "address",
  "href",
  "url",
];

function textOf(msgType: string, value: unknown): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  if (isRecord(value)) {
    if (msgType === "chat.link" && typeof value["href"] === "string") return value["href"];
    for (const key of textKeys) {
      const found = value[key];
      if (typeof found === "string" && found.trim() !== "") return found.trim();
    }
  }
  return `<non-text:${msgType}>`;
}

const imageFirst = ["thumb", "thumbUrl", "href", "normalUrl", "params", "hdUrl"];
const contentFirst = ["href", "url", "m4a", "params", "thumb", "thumbUrl"];

function orderedUrls(kind: MediaKind, value: unknown): string[] {
  const found = new Set<string>();
  const preferred = kind === "image" ? imageFirst : contentFirst;
  if (isRecord(value)) for (const key of preferred) collectUrls(value[key], found);
  collectUrls(value, found);
  return [...found];
}

/** Every http(s) URL anywhere inside, also in strings that are JSON. */
function collectUrls(value: unknown, found: Set<string>): void {
  if (typeof value === "string") {
    const inner = unpack(value);
    if (inner !== value) collectUrls(inner, found);
    else for (const [url] of value.matchAll(/https?:\/\/[^\s"'<>]+/giu)) found.add(url);
  } else if (Array.isArray(value)) for (const entry of value as unknown[]) collectUrls(entry, found);
  else if (isRecord(value)) for (const entry of Object.values(value)) collectUrls(entry, found);
}

export interface LineMention {
  uid: string;
  pos?: number;
  len?: number;
  type?: number;
  text?: string;
}

/** Any object with `uid`, `userId`, `user_id` or `id` counts, also inside what the sender wrote: forgeable (contract 8.7). */
export function collectMentions(declared: readonly unknown[], content: unknown, text: string): LineMention[] {
  const mentions = new Map<string, LineMention>();
  const visit = (value: unknown) => {
    if (Array.isArray(value)) for (const entry of value as unknown[]) visit(entry);
    else if (isRecord(value)) {
      const mention = mentionIn(value, text);
      if (mention !== undefined) mentions.set(`${mention.uid}:${mention.pos ?? ""}:${mention.len ?? ""}`, mention);
      for (const entry of Object.values(value)) visit(entry);
    }
  };
  visit(declared);
  visit(unpack(content));
  return [...mentions.values()];
}

function mentionIn(value: Record<string, unknown>, text: string): LineMention | undefined {
  const id = value["uid"] ?? value["userId"] ?? value["user_id"] ?? value["id"];
  if ((typeof id !== "string" && typeof id !== "number") || id === "") return undefined;
  const { pos, len, type } = value;
  const mention: LineMention = { uid: String(id) };
  if (typeof pos === "number") mention.pos = pos;
  if (typeof len === "number") mention.len = len;
  if (typeof type === "number") mention.type = type;
  if (typeof pos === "number" && typeof len === "number") mention.text = text.slice(pos, pos + len);
  return mention;
}
