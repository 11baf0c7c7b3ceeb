import type { InboundMessage } from "../../zca/index.js";

type Share = NonNullable<InboundMessage["share"]>;
type Media = InboundMessage["media"][number];

/** What the agent reads of a line: its words, or what stands in their place. */
export function wordsOf({ text, share }: Pick<InboundMessage, "text" | "share">): string {
  return share === undefined ? text : [text, describeShare(share)].filter((part) => part.trim() !== "").join("\n");
}

type ContextLine = Pick<InboundMessage, "text" | "share"> & Partial<Pick<InboundMessage, "media">>;

/** What is read of a line apart from its own turn, later or as a quote: its files are not at hand there, so they are named. */
export function contextWords(line: ContextLine): string {
  return [wordsOf(line), ...(line.media ?? []).map(describeMedia)].filter((part) => part.trim() !== "").join("\n");
}

const kindNames: Readonly<Record<Media["kind"], string>> = {
  image: "picture",
  video: "video",
  audio: "voice message",
  file: "file",
};

export function describeMedia({ kind, fileName }: Pick<Media, "kind" | "fileName">): string {
  return fileName === undefined ? `[${kindNames[kind]}]` : `[${kindNames[kind]}: ${fileName}]`;
}

function describeShare(share: Share): string {
  switch (share.kind) {
    case "sticker":
      return share.id === undefined ? "[sticker]" : `[sticker ${share.id}]`;
    case "location":
      return bracketed("location", placeOf(share), share.address);
    case "contact":
      return bracketed("contact card", share.name, share.phone);
    case "lost":
      return `[${kindNames[share.what]} that Zalo gave no address for]`;
    default:
      return share satisfies never;
  }
}

function placeOf({ latitude, longitude }: Extract<Share, { kind: "location" }>): string | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  return `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`;
}

function bracketed(what: string, ...details: readonly (string | undefined)[]): string {
  const known = details.filter((detail) => detail !== undefined);
  return known.length === 0 ? `[${what}]` : `[${what}: ${known.join(", ")}]`;
}
