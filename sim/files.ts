import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

const kinds: Readonly<Record<string, string>> = {
  ".jpg": "chat.photo",
  ".jpeg": "chat.photo",
  ".png": "chat.photo",
  ".webp": "chat.photo",
  ".gif": "chat.gif",
  ".mp4": "chat.video.msg",
  ".aac": "chat.voice",
  ".m4a": "chat.voice",
  ".mp3": "chat.voice",
};

/** A file as the servers keep it: name, size and hash stand in for the bytes. */
export function fileDraft(file: string, caption = "") {
  const bytes = readFileSync(file);
  const name = path.basename(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const url = `https://files.example/${sha256.slice(0, 16)}/${encodeURIComponent(name)}`;
  const msgType = kinds[path.extname(name).toLowerCase()] ?? "share.file";
  const title = caption === "" && msgType === "share.file" ? name : caption;
  return {
    text: caption,
    msgType,
    content: { title, description: "", href: url, thumb: msgType === "share.file" ? "" : `${url}?thumb=1` },
    attachments: [{ name, bytes: bytes.length, sha256, url }],
  };
}
