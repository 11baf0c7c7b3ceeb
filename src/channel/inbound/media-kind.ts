import type { InboundMessage } from "../../zca/index.js";

type Media = InboundMessage["media"][number];

/** What the host is told of a stored file; a voice message told as audio is transcribed where the operator set that up. */
export interface StoredAs {
  readonly kind: "image" | "video" | "audio" | "document";
  readonly contentType: string | null;
}

/** Says nothing about what a file is. */
const generic = new Set(["application/octet-stream", "binary/octet-stream", "application/x-binary"]);
const families = ["image", "video", "audio"] as const;

/**
 * The sender names the kind, the stored bytes prove it: what is no picture is not shown to the agent as one. Only where
 * the bytes say nothing, as with raw AAC, does the sender's word stand.
 */
export function storedAs(media: Pick<Media, "kind" | "url" | "contentType">, found: string | undefined): StoredAs {
  const claimed = media.kind === "file" ? ("document" as const) : media.kind;
  const proven = found === undefined || generic.has(found) ? undefined : found;
  if (proven === undefined) {
    const contentType = claimed === "audio" ? voiceType(media) : (media.contentType ?? found ?? null);
    return { kind: claimed, contentType };
  }
  // One container holds sound with and without pictures; a voice message is still one.
  if (claimed === "audio" && proven === "video/mp4") return { kind: "audio", contentType: "audio/mp4" };
  const family = families.find((name) => proven.startsWith(`${name}/`)) ?? "document";
  return { kind: family, contentType: proven };
}

/** Zalo records voice as AAC, bare or in an MP4 container. */
function voiceType({ url, contentType }: Pick<Media, "url" | "contentType">): string {
  if (contentType?.startsWith("audio/") === true) return contentType;
  return new URL(url).pathname.toLowerCase().endsWith(".m4a") ? "audio/mp4" : "audio/aac";
}
