import { createHash } from "node:crypto";
import path from "node:path";
import { wordJoiner } from "../../text/index.js";

/** `act`: a call that leaves no message. */
export type PrintKind = "text" | "link" | "picture" | "file" | "sticker" | "act";

/** What tells one message from another without keeping what it says. */
export interface SendPrint {
  readonly kind: PrintKind;
  /** Hex SHA-256 of what the conversation's history will show of it. */
  readonly hash: string;
  /** Whether Zalo could take it for the same text sent again. */
  readonly repeats: boolean;
}

/** `rendered`: what the recipient sees, which for formatted text is not what zca is given. */
export function textPrint(rendered: string): SendPrint {
  return { kind: "text", hash: hashOf("text", rendered), repeats: true };
}

export function linkPrint(url: string): SendPrint {
  return { kind: "link", hash: hashOf("link", url), repeats: true };
}

/** History shows a picture without name or size: only its caption tells one from another. */
export function picturePrint(caption: string): SendPrint {
  return { kind: "picture", hash: hashOf("picture", caption), repeats: false };
}

/** History shows a file's name and, not always, its size. */
export function filePrint(file: string): SendPrint {
  return { kind: "file", hash: hashOf("file", path.basename(file)), repeats: false };
}

export function stickerPrint(stickerId: string): SendPrint {
  return { kind: "sticker", hash: hashOf("sticker", stickerId), repeats: false };
}

/** `what`: everything that tells one act from another. */
export function actPrint(what: readonly string[]): SendPrint {
  return { kind: "act", hash: hashOf("act", JSON.stringify(what)), repeats: false };
}

/** Whose print a row of history may bear. */
export function rowHashes(msgType: string, content: string): string[] {
  const held = msgType === "webchat" ? undefined : parsed(content);
  if (held === undefined) return [hashOf("text", content), hashOf("link", content)];
  const field = (name: string) => (typeof held[name] === "string" ? held[name] : "");
  switch (msgType) {
    case "chat.photo":
    case "chat.gif":
    case "chat.doodle":
      return [hashOf("picture", field("title"))];
    case "chat.recommended":
    case "chat.link":
      return [hashOf("link", field("href")), hashOf("link", field("title"))];
    case "chat.sticker":
      return [hashOf("sticker", String(held["id"]))];
    default:
      return [hashOf("file", field("title"))];
  }
}

function hashOf(kind: PrintKind, shown: string): string {
  // Which `@` is guarded depends on who is in the group just then.
  const text = shown.replaceAll("\r\n", "\n").replaceAll(wordJoiner, "").normalize("NFC").trim();
  return createHash("sha256").update(`${kind}\n${text}`).digest("hex");
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
