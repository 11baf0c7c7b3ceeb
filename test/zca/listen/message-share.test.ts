import { describe, expect, test } from "vitest";
import { decodeHistory } from "../../../src/zca/history/decode.ts";
import { decodeMessage, type InboundMessage } from "../../../src/zca/listen/message.ts";

const lan = "5120034498771203345";
const own = "3300912847765512008";

const line = {
  threadId: lan,
  msgId: "6921045577310",
  cliMsgId: "1795327700123",
  senderId: lan,
  senderName: "Lan Phạm",
  toId: own,
  chatType: "user",
  ts: "1795327700456",
};

function heard(more: Record<string, unknown>): InboundMessage {
  const message = decodeMessage({ ...line, ...more }, { ownId: own });
  if ("malformed" in message) throw new Error(message.malformed);
  return message;
}

function read(msgType: string, content: object): InboundMessage {
  const message = decodeHistory({ ...line, isGroup: false, msgType, content: JSON.stringify(content) });
  if ("malformed" in message) throw new Error(message.malformed);
  return message;
}

describe("what a line hands over besides words and files", () => {
  test("a sticker has its id where the program takes it for a mention", () => {
    const row = { msgType: "chat.sticker", content: "<non-text:chat.sticker>" };
    expect(heard({ ...row, mentions: [{ uid: "21979" }] })).toMatchObject({
      text: "",
      media: [],
      share: { kind: "sticker", id: "21979" },
    });
    for (const mentions of [[], [{ uid: own }], [{ uid: "21979", pos: 0, len: 5 }], [{ uid: "abc" }], "21979"])
      expect(heard({ ...row, mentions }).share).toEqual({ kind: "sticker" });
  });

  test("a location is its address, when Zalo sent one", () => {
    expect(heard({ msgType: "chat.location.new", content: "12 Lý Thường Kiệt, Hà Nội" })).toMatchObject({
      text: "",
      share: { kind: "location", address: "12 Lý Thường Kiệt, Hà Nội" },
    });
    const bare = heard({ msgType: "chat.location.new", content: "<non-text:chat.location.new>" });
    expect(bare.share).toEqual({ kind: "location" });
  });

  test("a contact card is told from a link by the picture of a QR code", () => {
    const card = {
      msgType: "chat.recommended",
      mediaKind: "image",
      content: "Huy Đặng",
      mediaUrls: ["https://s120-ava-talk.zadn.vn/a.jpg", "https://qr-talk.zdn.vn/1/350435420/abc.jpg"],
    };
    expect(heard(card)).toMatchObject({ text: "", media: [], share: { kind: "contact", name: "Huy Đặng" } });
    const link = { ...card, mediaUrls: ["https://photo.example/t.jpg", "https://qr-talk.zdn.vn.evil.example/bài"] };
    expect(heard(link)).toMatchObject({ text: "Huy Đặng\nhttps://qr-talk.zdn.vn.evil.example/bài" });
    expect(heard(link)).not.toHaveProperty("share");
  });

  test("a card that a newer program writes out keeps its number", () => {
    const card = { msgType: "chat.recommended", content: "Contact card: Huy Đặng\nPhone: 0912345678" };
    expect(heard(card)).toMatchObject({
      text: "",
      share: { kind: "contact", name: "Huy Đặng", phone: "0912345678" },
    });
  });

  test.each([
    ["chat.photo", "image"],
    ["chat.voice", "audio"],
    ["chat.video.msg", "video"],
    ["share.file", "file"],
  ])("a %s without any address is not nothing", (msgType, what) => {
    expect(heard({ msgType, content: `<non-text:${msgType}>` })).toMatchObject({
      text: "",
      media: [],
      share: { kind: "lost", what },
    });
  });

  test("a text is only ever a text", () => {
    for (const content of ["[sticker 1]", "Contact card: Huy", "<non-text:chat.sticker>"])
      expect(heard({ msgType: "webchat", content })).not.toHaveProperty("share");
  });
});

describe("a row of history", () => {
  test("has the coordinates of a location", () => {
    const params = JSON.stringify({ latitude: 21.028511, longitude: "105.804817" });
    expect(read("chat.location.new", { title: "Hồ Gươm", params })).toMatchObject({
      text: "",
      share: { kind: "location", address: "Hồ Gươm", latitude: 21.028511, longitude: 105.804817 },
    });
    const wrong = JSON.stringify({ latitude: 210, longitude: 105 });
    expect(read("chat.location.new", { title: "", params: wrong }).share).toEqual({ kind: "location" });
  });

  test("has the id of a sticker and the number of a contact", () => {
    expect(read("chat.sticker", { id: 21979, catId: 10, type: 7 }).share).toEqual({ kind: "sticker", id: "21979" });
    const description = JSON.stringify({ phone: "0912345678", qrCodeUrl: "https://qr-talk.zdn.vn/1/2/a.jpg" });
    expect(
      read("chat.recommended", { title: "Huy Đặng", description, thumb: "https://a.example/a.jpg" }),
    ).toMatchObject({
      text: "",
      share: { kind: "contact", name: "Huy Đặng", phone: "0912345678" },
    });
    expect(read("chat.recommended", { title: "Phở", href: "https://page.example/pho" })).not.toHaveProperty("share");
  });
});

describe("a quoted message", () => {
  const quoted = (cliMsgType: number, attach: unknown, msg = "") =>
    heard({ msgType: "webchat", content: "cái này?", quote: { ownerId: lan, msg, attach, cliMsgType } }).quote;

  test("brings the best rendition of its picture along, its own words apart", () => {
    const picture = {
      title: "nhà mình",
      href: "https://photo.example/n.jpg",
      thumb: "https://photo.example/t.jpg",
      thumbUrl: "https://photo.example/t.jpg",
      normalUrl: "https://photo.example/n.jpg",
      params: { hd: "https://photo.example/hd.jpg" },
    };
    const expected = { text: "nhà mình", media: [{ kind: "image", url: "https://photo.example/hd.jpg" }] };
    expect(quoted(32, picture, "nhà mình")).toMatchObject(expected);
    expect(
      quoted(32, JSON.stringify({ ...picture, params: JSON.stringify(picture.params) }), "nhà mình"),
    ).toMatchObject(expected);
  });

  test("brings a file with its name, a voice message, a sticker", () => {
    const href = "https://f.example/1";
    expect(quoted(46, { title: "Hợp đồng.pdf", href })?.media).toEqual([
      { kind: "file", url: href, fileName: "Hợp đồng.pdf" },
    ]);
    expect(quoted(31, { href })?.media).toEqual([{ kind: "audio", url: href }]);
    expect(quoted(44, { href, thumb: "https://f.example/t.jpg" })?.media).toEqual([{ kind: "video", url: href }]);
    expect(quoted(36, { id: 21979 })?.share).toEqual({ kind: "sticker", id: "21979" });
  });

  test("that was a text or a link brings nothing to fetch", () => {
    const href = "https://page.example/bai";
    for (const kind of [1, 38, 99, Number.NaN]) expect(quoted(kind, { href, thumb: href })).not.toHaveProperty("media");
    for (const attach of ["", "{", "[1]", 7, null, { href: "file:///etc/passwd" }])
      expect(quoted(32, attach)).not.toHaveProperty("media");
  });
});
