import { createHash } from "node:crypto";
import path from "node:path";

export type PrintKind = "text" | "link" | "picture" | "file";

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
    default:
      return [hashOf("file", field("title"))];
  }
}

function hashOf(kind: PrintKind, shown: string): string {
  const text = shown.replaceAll("\r\n", "\n").normalize("NFC").trim();
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
