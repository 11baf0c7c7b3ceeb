import type { Layout } from "../world/layout.ts";
import { type People, readPeople } from "../world/people.ts";
import type { Mention, MessageDraft, Quote, ServerMessage } from "../world/records.ts";
import { postMessages } from "../world/wire.ts";

/** What a message is besides text; URLs are fetched by the listener as the real one does. */
export type MediaDraft =
  | { readonly kind: "photo"; readonly thumb: string; readonly normal: string; readonly hd?: string }
  | { readonly kind: "gif" | "video"; readonly href: string; readonly thumb: string }
  | { readonly kind: "voice"; readonly href: string }
  | { readonly kind: "file"; readonly href: string; readonly name: string }
  | { readonly kind: "sticker"; readonly id: number }
  | { readonly kind: "link"; readonly href: string; readonly title: string; readonly thumb?: string }
  | { readonly kind: "card"; readonly name: string; readonly avatar: string; readonly qr: string }
  | { readonly kind: "location"; readonly address?: string; readonly latitude: number; readonly longitude: number }
  | { readonly kind: "poll"; readonly title: string };

export interface Saying {
  /** Uid of who speaks. */
  readonly from: string;
  /** Uid, or a group. */
  readonly to: string | { readonly group: string };
  readonly text?: string;
  readonly media?: MediaDraft;
  readonly msgType?: string;
  /** Raw `content`, for shapes `media` has no word for. */
  readonly content?: unknown;
  /** Uids whose `@displayName` stands in the text, or complete mention objects; `-1` with a position is everybody. */
  readonly mentions?: readonly (Mention | string)[];
  /** The message answered, as `messages()` shows it, or raw quote fields. */
  readonly quote?: Quote | ServerMessage;
  readonly threadName?: string;
  /** Keys laid over the printed line; `null` removes one. `msgId`, `cliMsgId` and `ts` as strings also hold at the servers. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

export interface Said {
  readonly msgId: string;
  readonly cliMsgId: string;
}

export interface Speech {
  say(saying: Saying): Said;
  /** Many messages in one write. */
  sayAll(sayings: readonly Saying[]): Said[];
}

export function createSpeech(layout: Layout): Speech {
  const sayAll = (sayings: readonly Saying[]) => {
    const people = readPeople(layout);
    const posted = postMessages(
      layout,
      sayings.map((saying) => draftOf(saying, people)),
    );
    return posted.map(({ msgId, cliMsgId }) => ({ msgId, cliMsgId }));
  };
  return {
    sayAll,
    say(saying) {
      const [said] = sayAll([saying]);
      if (said === undefined) throw new Error("Nothing was said.");
      return said;
    },
  };
}

function draftOf(saying: Saying, people: People): MessageDraft {
  const { from, to, text = "", overrides } = saying;
  const isGroup = typeof to !== "string";
  const toId = isGroup ? to.group : to;
  const group = isGroup ? people.group(toId) : undefined;
  if (isGroup && group === undefined) throw new Error(`There is no group ${toId} in this world.`);
  const media = saying.media === undefined ? { msgType: "webchat", content: text } : mediaContent(saying.media, text);
  const fixed = Object.fromEntries(
    ["msgId", "cliMsgId", "ts"].flatMap((key) =>
      typeof overrides?.[key] === "string" ? [[key, overrides[key]] as const] : [],
    ),
  );
  return {
    from,
    fromName: people.find(from)?.displayName ?? "",
    to: toId,
    threadId: isGroup ? toId : from,
    isGroup,
    recipients: group === undefined ? [toId, from] : group.members,
    text,
    msgType: saying.msgType ?? media.msgType,
    content: "content" in saying ? saying.content : media.content,
    mentions: (saying.mentions ?? []).map((mention) =>
      typeof mention === "string" ? mentionOf(mention, text, people) : mention,
    ),
    ...(saying.quote === undefined ? {} : { quote: quoteOf(saying.quote) }),
    ...(saying.threadName === undefined ? {} : { threadName: saying.threadName }),
    ...(overrides === undefined ? {} : { overrides }),
    ...fixed,
  };
}

function mentionOf(uid: string, text: string, people: People): Mention {
  const label = `@${people.find(uid)?.displayName ?? uid}`;
  const pos = text.indexOf(label);
  if (pos < 0) throw new Error(`The text does not contain "${label}".`);
  return { uid, pos, len: label.length, type: 0 };
}

function quoteOf(source: Quote | ServerMessage): Quote {
  if (!("kind" in source)) return source;
  const attach = typeof source.content === "string" ? "" : JSON.stringify(source.content);
  return {
    ownerId: source.from,
    senderName: source.fromName,
    msg: source.text,
    attach,
    ts: Number(source.ts),
    cliMsgId: source.cliMsgId,
    globalMsgId: source.msgId,
    cliMsgType: attach === "" ? 1 : 32,
  };
}

function mediaContent(media: MediaDraft, caption: string): { msgType: string; content: unknown } {
  const base = { title: caption, description: "", childnumber: 0, action: "", type: "" };
  switch (media.kind) {
    case "photo": {
      const params = JSON.stringify(media.hd === undefined ? {} : { hd: media.hd });
      return { msgType: "chat.photo", content: { ...base, href: media.normal, thumb: media.thumb, params } };
    }
    case "gif":
      return { msgType: "chat.gif", content: { ...base, href: media.href, thumb: media.thumb } };
    case "video":
      return { msgType: "chat.video.msg", content: { ...base, href: media.href, thumb: media.thumb } };
    case "voice":
      return { msgType: "chat.voice", content: JSON.stringify({ ...base, href: media.href }) };
    case "file":
      return { msgType: "share.file", content: { ...base, title: media.name, href: media.href, thumb: "" } };
    case "sticker":
      return { msgType: "chat.sticker", content: { id: media.id, catId: 1, type: 7 } };
    case "link":
      return {
        msgType: "chat.recommended",
        content: { ...base, title: media.title, href: media.href, thumb: media.thumb ?? "" },
      };
    case "card": {
      const description = JSON.stringify({ qrCodeUrl: media.qr });
      return {
        msgType: "chat.recommended",
        content: { ...base, title: media.name, description, thumb: media.avatar, href: "" },
      };
    }
    case "location":
      return {
        msgType: "chat.location.new",
        content: {
          title: media.address ?? "",
          params: JSON.stringify({ latitude: media.latitude, longitude: media.longitude }),
        },
      };
    case "poll":
      return { msgType: "group.poll", content: { title: media.title } };
  }
}
