import type { Layout } from "../world/layout.ts";
import { type MediaDraft, mediaContent } from "./media-draft.ts";
import { type People, readPeople } from "../world/people.ts";
import { sessionOf } from "../world/sessions.ts";
import type { Mention, MessageDraft, Quote, ServerMessage } from "../world/records.ts";
import { postMessages } from "../world/wire.ts";

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

/** What the owner of an account says; the receiver is a person's uid or a group's id. */
export type OwnSaying = Omit<Saying, "from" | "to"> & ({ readonly to: string } | { readonly group: string });

export interface Said {
  readonly msgId: string;
  readonly cliMsgId: string;
}

export interface Speech {
  say(saying: Saying): Said;
  /**
   * The owner writes on the account's own phone. It stands in the history of the conversation and comes to the others; the
   * account's listener prints nothing, unless `selfListen` is on.
   */
  sayAsOwner(profileOrUid: string, saying: OwnSaying): Said;
  /** Many messages in one write. */
  sayAll(sayings: readonly Saying[]): Said[];
}

export function createSpeech(layout: Layout): Speech {
  const post = (drafts: readonly MessageDraft[]) =>
    postMessages(layout, drafts).map(({ msgId, cliMsgId }) => ({ msgId, cliMsgId }));
  const postOne = (draft: MessageDraft) => {
    const [said] = post([draft]);
    if (said === undefined) throw new Error("Nothing was said.");
    return said;
  };
  return {
    say: (saying) => postOne(draftOf(saying, readPeople(layout))),
    sayAll(sayings) {
      const people = readPeople(layout);
      return post(sayings.map((saying) => draftOf(saying, people)));
    },
    sayAsOwner(profileOrUid, saying) {
      const to = "group" in saying ? { group: saying.group } : saying.to;
      const draft = draftOf({ ...saying, from: ownerOf(layout, profileOrUid), to }, readPeople(layout));
      return postOne({ ...draft, threadId: draft.to });
    },
  };
}

function ownerOf(layout: Layout, profileOrUid: string): string {
  if (readPeople(layout).find(profileOrUid) !== undefined) return profileOrUid;
  const uid = sessionOf(layout, profileOrUid)?.uid;
  if (uid === undefined) throw new Error(`Nobody is logged in as ${profileOrUid}, and no account has this uid.`);
  return uid;
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
  const attach = source.msgType === "webchat" ? "" : asText(source.content);
  return {
    ownerId: source.from,
    senderName: source.fromName,
    msg: source.text,
    attach,
    ts: Number(source.ts),
    cliMsgId: source.cliMsgId,
    globalMsgId: source.msgId,
    cliMsgType: typeNumbers.get(source.msgType) ?? 1,
  };
}

/** Some contents are text already: JSON that Zalo packed. */
function asText(content: unknown): string {
  return typeof content === "string" ? content : JSON.stringify(content);
}

/** What Zalo's clients write for the kind of a quoted message. */
const typeNumbers: ReadonlyMap<string, number> = new Map([
  ["chat.voice", 31],
  ["chat.photo", 32],
  ["chat.sticker", 36],
  ["chat.doodle", 37],
  ["chat.recommended", 38],
  ["chat.location.new", 43],
  ["chat.video.msg", 44],
  ["share.file", 46],
  ["chat.gif", 49],
]);
