import { isRecord, isWebAddress, nameOf, textOf, textsOf } from "../output/values.js";

export interface InboundMedia {
  readonly kind: "image" | "video" | "audio" | "file";
  /** http or https; chosen by a stranger, so fetch it under a policy. */
  readonly url: string;
  readonly contentType?: string;
  readonly fileName?: string;
}

/** An attachment as the line lists it: every rendition of the same thing, previews included. */
interface Rendition {
  readonly url: string;
  readonly contentType?: string;
}

type Row = Readonly<Record<string, unknown>>;

const kindOfType: ReadonlyMap<string, InboundMedia["kind"]> = new Map([
  ["chat.photo", "image"],
  ["chat.gif", "image"],
  ["chat.doodle", "image"],
  ["chat.video.msg", "video"],
  ["chat.voice", "audio"],
  ["share.file", "file"],
]);

/** The kind of file that messages of this type carry. */
export function attachmentKind(msgType: string): InboundMedia["kind"] | undefined {
  return kindOfType.get(msgType);
}

/** The one best rendition of what was attached; previews, stickers and linked pages are not attachments. */
export function messageMedia(record: Row, msgType: string, fileName: string | undefined): InboundMedia[] {
  const kind = msgType === "" ? legacyKind(record) : kindOfType.get(msgType);
  if (kind === undefined) return [];
  const renditions = renditionsOf(record);
  const best = bestOf(renditions, kind);
  if (!best) return [];
  const name = fileName === undefined || fileName.includes("\n") ? undefined : nameOf(fileName);
  return [{ kind, ...best, ...(name === undefined ? {} : { fileName: name }) }];
}

/** The addresses a line lists for its message. Of a link preview the last is the page, which the sender meant. */
export function listedAddresses(record: Row): string[] {
  return renditionsOf(record).map(({ url }) => url);
}

const ownNames = ["mediaPath", "mediaPaths", "mediaUrl", "mediaUrls"];
const quotedNames = ["quoteMediaPath", "quoteMediaPaths", "quoteMediaUrl", "quoteMediaUrls"];

/** Every media path and URL the line names, to recognize them in the text. */
export function mediaSources(record: Row): { readonly own: readonly string[]; readonly quoted: readonly string[] } {
  const metadata = record["metadata"];
  const quote = record["quote"];
  return {
    own: [...named(record, ownNames), ...named(metadata, ownNames)],
    quoted: [...named(record, quotedNames), ...named(metadata, quotedNames), ...named(quote, ownNames)],
  };
}

/** The program lists 16 at most. */
const MAX_LISTED = 32;

function named(row: unknown, names: readonly string[]): string[] {
  const found: string[] = [];
  if (!isRecord(row)) return found;
  for (const name of names) if (row[name] !== undefined) found.push(...textsOf(row[name]).slice(0, MAX_LISTED));
  return found;
}

function renditionsOf(record: Row): Rendition[] {
  const metadata = isRecord(record["metadata"]) ? record["metadata"] : {};
  const source = [record, metadata].find((row) => row["mediaUrls"] !== undefined || row["mediaUrl"] !== undefined);
  if (!source) return [];
  const urls = textsOf(source["mediaUrls"] ?? source["mediaUrl"]).slice(0, MAX_LISTED);
  const types = textsOf(source["mediaTypes"] ?? source["mediaType"]).slice(0, MAX_LISTED);
  // The lists are parallel only while every download sent a type.
  const typed = urls.length === types.length;
  return urls.flatMap((url, index) => {
    if (!isWebAddress(url)) return [];
    const contentType = typed ? types[index] : undefined;
    return [contentType === undefined ? { url } : { url, contentType }];
  });
}

/** Pictures come thumbnail first, so the last one is the best; of everything else the first is the thing itself. */
function bestOf(renditions: readonly Rendition[], kind: InboundMedia["kind"]): Rendition | undefined {
  if (kind === "file") return renditions[0];
  const ofKind = renditions.filter(({ contentType }) => contentType?.startsWith(`${kind}/`));
  const candidates = ofKind.length > 0 ? ofKind : renditions;
  return kind === "image" ? candidates.at(-1) : candidates[0];
}

function legacyKind(record: Row): InboundMedia["kind"] | undefined {
  const named = textOf(record["mediaKind"]);
  return named === "image" || named === "video" || named === "audio" || named === "file" ? named : undefined;
}
