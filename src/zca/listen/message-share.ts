import { idOf, nameOf, textOf } from "../output/values.js";
import { contentParams, contentWords, unpacked } from "./message-content.js";
import { attachmentKind, type InboundMedia } from "./message-media.js";

/** What a message hands over that is neither words nor a file; as much of it as the program lets through. */
export type InboundShare =
  | { readonly kind: "sticker"; readonly id?: string }
  /** In degrees; only a conversation's history has them. */
  | { readonly kind: "location"; readonly address?: string; readonly latitude?: number; readonly longitude?: number }
  | { readonly kind: "contact"; readonly name?: string; readonly phone?: string }
  /** An attachment whose address did not come along. */
  | { readonly kind: "lost"; readonly what: InboundMedia["kind"] };

type Row = Readonly<Record<string, unknown>>;

interface Heard {
  readonly msgType: string;
  readonly words: string;
  readonly media: readonly InboundMedia[];
  /** Addresses the line lists for a contact card or a link, previews included. */
  readonly addresses: readonly string[];
  readonly mentions: readonly { readonly uid: string; readonly pos?: number }[];
}

/** Reads it from a line of the listener, which shows only traces of it. */
export function heardShare({ msgType, words, media, addresses, mentions }: Heard): InboundShare | undefined {
  switch (msgType) {
    case "chat.sticker":
      // The program takes anything with an id for a mention; for a sticker that is the one place its id survives in.
      return sticker(mentions.find(({ uid, pos }) => pos === undefined && /^\d{1,12}$/.test(uid))?.uid);
    case "chat.location.new":
      return location(words, {});
    case "chat.recommended":
      return contactInWords(words) ?? (addresses.some(isContactCode) ? contact(words, undefined) : undefined);
    default: {
      const what = attachmentKind(msgType);
      return what !== undefined && media.length === 0 && words === "" ? { kind: "lost", what } : undefined;
    }
  }
}

/** Reads it from what Zalo itself holds for the message. */
export function heldShare(msgType: string, held: Row): InboundShare | undefined {
  switch (msgType) {
    case "chat.sticker":
      return sticker(idOf(held["id"]));
    case "chat.location.new":
      return location(contentWords(msgType, held), contentParams(held));
    case "chat.recommended": {
      const card = unpacked(held["description"]);
      const phone = textOf(card?.["phone"]);
      const isCard = held["action"] === "recommened.user" || phone !== undefined || card?.["qrCodeUrl"] !== undefined;
      return isCard ? contact(textOf(held["title"]), phone) : undefined;
    }
    default:
      return undefined;
  }
}

function sticker(id: string | undefined): InboundShare {
  return { kind: "sticker", ...(id === undefined ? {} : { id }) };
}

function location(words: string, params: Row): InboundShare {
  const address = nameOf(words);
  const latitude = degrees(params["latitude"] ?? params["lat"], 90);
  const longitude = degrees(params["longitude"] ?? params["lon"], 180);
  return {
    kind: "location",
    ...(address === undefined ? {} : { address }),
    ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
  };
}

function degrees(value: unknown, most: number): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Math.abs(number) <= most ? number : undefined;
}

function contact(words: string | undefined, number: string | undefined): InboundShare {
  const name = nameOf(words);
  const phone = number !== undefined && /^\+?\d{6,15}$/.test(number) ? number : undefined;
  return { kind: "contact", ...(name === undefined ? {} : { name }), ...(phone === undefined ? {} : { phone }) };
}

/** Newer programs write the card out themselves. */
function contactInWords(words: string): InboundShare | undefined {
  const found = /^Contact card(?:: (?<name>[^\n]*))?(?:\nPhone: (?<phone>[^\n]*))?$/.exec(words);
  return found ? contact(found.groups?.["name"], found.groups?.["phone"]) : undefined;
}

/** The picture of a person's QR code, which comes with a contact card and with nothing else. */
function isContactCode(address: string): boolean {
  return URL.canParse(address) && new URL(address).hostname === "qr-talk.zdn.vn";
}
