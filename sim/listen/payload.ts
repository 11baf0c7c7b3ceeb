import type { ServerMessage } from "../world/records.ts";
import { collectMentions, type MediaKind, readContent, unpack } from "./content.ts";
import type { Fetched } from "./download.ts";

export interface PayloadInput {
  readonly message: ServerMessage;
  readonly ownId: string;
  readonly media: readonly Fetched[];
  readonly quoteMedia: readonly Fetched[];
  readonly quoteContext: boolean;
}

/** The line of contract 8.4, key for key in its order; `overrides` are laid over last. */
export function linePayload(input: PayloadInput): Record<string, unknown> {
  const { message, ownId } = input;
  const { isGroup } = message;
  const self = message.from === ownId;
  const threadId = isGroup ? message.to : self ? message.to : message.from;
  const read = readContent(message.msgType, message.content);
  const mentions = collectMentions(message.mentions, message.content, message.text);
  const timestamp = Math.floor(Number(message.ts) / 1000);
  const toId = isGroup ? message.to : message.to === "0" ? ownId : message.to;
  const name = message.fromName === "" ? {} : { senderName: message.fromName, senderDisplayName: message.fromName };
  const shared = {
    ...(message.quote === undefined ? {} : { quote: quoteField(message, input.quoteMedia) }),
    ...mediaFields("media", input.media),
    ...(read.mediaKind === undefined ? {} : { mediaKind: read.mediaKind }),
    ...mediaFields("quoteMedia", input.quoteMedia),
  };
  const mentioned = mentions.length === 0 ? {} : { mentions, mentionIds: [...new Set(mentions.map(({ uid }) => uid))] };
  const payload = {
    threadId,
    targetId: threadId,
    conversationId: threadId,
    msgId: message.msgId,
    cliMsgId: message.cliMsgId,
    content: decorate(input, read.text),
    type: isGroup ? 1 : 0,
    timestamp,
    msgType: message.msgType,
    ...shared,
    ...mentioned,
    metadata: {
      isGroup,
      chatType: isGroup ? "group" : "user",
      threadId,
      targetId: threadId,
      ...(message.threadName === undefined ? {} : { threadName: message.threadName }),
      ...(isGroup ? name : message.fromName === "" ? {} : { senderDisplayName: message.fromName }),
      senderId: message.from,
      fromId: message.from,
      toId,
      msgType: message.msgType,
      timestamp,
      ...shared,
      ...mentioned,
      ...(mentions.length === 0 ? {} : { mentionCount: mentions.length }),
    },
    chatType: isGroup ? "group" : "user",
    senderId: message.from,
    ...name,
    toId,
    ts: message.ts,
  };
  return overlay(payload, message.overrides);
}

/** The older line without the repeated fields (contract 8.16). */
export function legacyPayload({ message, ownId }: Pick<PayloadInput, "message" | "ownId">): Record<string, unknown> {
  const { isGroup } = message;
  const threadId = isGroup ? message.to : message.from === ownId ? message.to : message.from;
  const payload = {
    threadId,
    msgId: message.msgId,
    cliMsgId: message.cliMsgId,
    type: isGroup ? 1 : 0,
    content: readContent(message.msgType, message.content).text,
    timestamp: Math.floor(Number(message.ts) / 1000),
    metadata: { isGroup, threadName: message.threadName ?? "", senderName: message.fromName, fromId: message.from },
  };
  return overlay(payload, message.overrides);
}

function overlay(payload: Record<string, unknown>, overrides: ServerMessage["overrides"]): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...payload, ...overrides }).filter(([, value]) => value !== null));
}

function mediaFields(prefix: "media" | "quoteMedia", media: readonly Fetched[]): Record<string, unknown> {
  const lists = {
    Path: media.flatMap(({ path }) => path ?? []),
    Url: media.map(({ url }) => url),
    Type: media.flatMap(({ type }) => type ?? []),
  };
  return Object.fromEntries(
    Object.entries(lists).flatMap(([name, list]) =>
      list.length === 0 ? [] : [[`${prefix}${name}`, list[0]] as const, [`${prefix}${name}s`, list] as const],
    ),
  );
}

function quoteField({ quote }: ServerMessage, media: readonly Fetched[]): Record<string, unknown> | undefined {
  if (quote === undefined) return undefined;
  const { ownerId, senderName, msg, attach, ts, cliMsgId, globalMsgId, cliMsgType } = quote;
  const urls = media.map(({ url }) => url);
  const shown = { ownerId, senderName, msg, attach: unpack(attach), ...(urls.length === 0 ? {} : { mediaUrls: urls }) };
  return { ...shown, ts, cliMsgId, globalMsgId, cliMsgType, ...mediaFields("media", media) };
}

/** Notes before and behind the text (contract 8.6). */
function decorate({ message, media, quoteMedia, quoteContext }: PayloadInput, text: string): string {
  const { quote } = message;
  const lines = [...mediaNotes("media attached", media), text, ...mediaNotes("reply media attached", quoteMedia)];
  if (quote !== undefined && quoteContext) {
    lines.push(`[reply context: ${quote.senderName || quote.ownerId}: ${quote.msg.slice(0, 220)}]`);
  }
  return lines.join("\n");
}

function mediaNotes(label: string, media: readonly Fetched[]): string[] {
  const notes = media.map(({ path, type, url }) => {
    const typed = type === undefined ? "" : ` (${type})`;
    return path === undefined ? `${url}${typed}` : `${path}${typed} | ${url}`;
  });
  if (notes.length <= 1) return notes.map((note) => `[${label}: ${note}]`);
  return [
    `[${label}: ${notes.length} files]`,
    ...notes.map((note, index) => `[${label} ${index + 1}/${notes.length}: ${note}]`),
  ];
}

/** URLs the listener fetches for a message and for what it quotes. */
export function urlsOf(message: ServerMessage): {
  readonly own: readonly string[];
  readonly quoted: readonly string[];
  readonly kind?: MediaKind;
} {
  const own = readContent(message.msgType, message.content);
  const quoted =
    message.quote === undefined || message.quote.attach === ""
      ? []
      : readContent("chat.photo", message.quote.attach).urls;
  return { own: own.urls, quoted, ...(own.mediaKind === undefined ? {} : { kind: own.mediaKind }) };
}
