import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeMessage, type InboundMessage } from "../../../src/zca/listen/message.ts";
import { readLine } from "../../../src/zca/listen/protocol.ts";

const lan = "5120034498771203345";
const huy = "8891200345671123490";
const own = "3300912847765512008";
const group = "7044519283300761122";

type Row = Record<string, unknown>;

const direct: Row = {
  threadId: lan,
  targetId: lan,
  conversationId: lan,
  msgId: "6921045577310",
  cliMsgId: "1795327700123",
  content: "mai họp lúc 9h nhé",
  type: 0,
  timestamp: 1_795_327_700,
  msgType: "webchat",
  metadata: {
    isGroup: false,
    chatType: "user",
    threadId: lan,
    senderDisplayName: "Lan Phạm",
    senderId: lan,
    fromId: lan,
    toId: own,
  },
  chatType: "user",
  senderId: lan,
  senderName: "Lan Phạm",
  senderDisplayName: "Lan Phạm",
  toId: own,
  ts: "1795327700456",
};

const inGroup: Row = {
  ...direct,
  threadId: group,
  targetId: group,
  conversationId: group,
  msgId: "6921045577311",
  content: "@Trợ lý tóm tắt giúp",
  type: 1,
  mentions: [{ uid: own, pos: 0, len: 7, type: 0, text: "@Trợ lý" }],
  metadata: { isGroup: true, chatType: "group", threadId: group, senderName: "Huy Đặng", senderId: huy, toId: group },
  chatType: "group",
  senderId: huy,
  senderName: "Huy Đặng",
  senderDisplayName: "Huy Đặng",
  toId: group,
};

function decoded(row: Row): InboundMessage {
  const message = decodeMessage(JSON.stringify(row), { ownId: own });
  if ("malformed" in message) throw new Error(message.malformed);
  return message;
}

describe("decoding a message", () => {
  test("a direct message", () => {
    expect(decoded(direct)).toMatchObject({
      eventKey: `m:${lan}:6921045577310`,
      altKeys: [`c:${lan}:1795327700123:${lan}`],
      messageId: "6921045577310",
      cliMessageId: "1795327700123",
      threadId: lan,
      isGroup: false,
      senderId: lan,
      senderName: "Lan Phạm",
      toId: own,
      text: "mai họp lúc 9h nhé",
      atMs: 1_795_327_700_456,
      msgType: "webchat",
      mentions: [],
      media: [],
    });
  });

  test("a group message with a mention and a quote", () => {
    const quote = {
      ownerId: lan,
      senderName: "Lan Phạm",
      msg: "mai họp lúc 9h nhé",
      attach: "",
      ts: 1_795_327_700_456,
      cliMsgId: "1795327700123",
      globalMsgId: 6_921_045_577_310,
      cliMsgType: 1,
    };
    const message = decoded({
      ...inGroup,
      quote,
      content: "@Trợ lý tóm tắt giúp\n[reply context: Lan Phạm: mai họp lúc 9h nhé]",
    });
    expect(message).toMatchObject({
      threadId: group,
      isGroup: true,
      senderId: huy,
      text: "@Trợ lý tóm tắt giúp",
      mentions: [{ uid: own, pos: 0, len: 7, type: 0, text: "@Trợ lý" }],
      quote: {
        ownerId: lan,
        senderName: "Lan Phạm",
        text: "mai họp lúc 9h nhé",
        messageId: "6921045577310",
        cliMessageId: "1795327700123",
        atMs: 1_795_327_700_456,
      },
    });
  });

  test("the same message under another server id shares a key", () => {
    const again = decoded({ ...direct, msgId: "6921045599999" });
    expect(again.eventKey).not.toBe(decoded(direct).eventKey);
    expect(again.altKeys).toEqual(decoded(direct).altKeys);
  });

  test("the line reader names the same key and lane", () => {
    for (const row of [
      direct,
      inGroup,
      { ...direct, msgId: undefined },
      { ...direct, msgId: undefined, cliMsgId: undefined },
    ]) {
      expect(readLine(JSON.stringify(row))).toMatchObject({ kind: "message", id: decoded(row).eventKey });
    }
  });

  test.each(["0", 0, "-1", "", "12345"])("a placeholder %j for an id is no key", (id) => {
    const { eventKey, altKeys } = decoded({ ...direct, cliMsgId: id });
    expect([eventKey, altKeys]).toEqual([decoded(direct).eventKey, []]);
    const one = decoded({ ...direct, msgId: id, cliMsgId: id, content: "một" });
    const other = decoded({ ...direct, msgId: id, cliMsgId: id, content: "hai" });
    expect(one.eventKey).not.toBe(other.eventKey);
  });

  test("two messages without any id in the same second are two messages", () => {
    const bare = { ...direct, msgId: undefined, cliMsgId: undefined };
    expect(decoded({ ...bare, content: "một" }).eventKey).not.toBe(decoded({ ...bare, content: "hai" }).eventKey);
    expect(decoded(bare).eventKey).toBe(decoded(bare).eventKey);
  });

  test("numeric ids keep their digits", () => {
    const line = JSON.stringify(direct).replaceAll(`"${lan}"`, lan).replaceAll('"6921045577310"', "6921045577310");
    const message = decodeMessage(line);
    expect(message).toMatchObject({ threadId: lan, senderId: lan, messageId: "6921045577310" });
  });

  test("an own message is told by the own id, whether spelled out or zero", () => {
    expect(decoded({ ...direct, senderId: "0" }).senderId).toBe(own);
    expect(decodeMessage({ ...direct, senderId: 0 })).toMatchObject({ senderId: "0" });
  });

  test("names are NFC, text stays as typed", () => {
    const message = decoded({
      ...direct,
      senderDisplayName: " Lan Phạm ".normalize("NFD"),
      content: "tiếng Việt".normalize("NFD"),
    });
    expect(message.senderName).toBe("Lan Phạm".normalize("NFC"));
    expect(message.text).toBe("tiếng Việt".normalize("NFD"));
  });
});

describe("the legacy line and its spellings", () => {
  const legacy: Row = {
    threadId: lan,
    msgId: "6921045577310",
    cliMsgId: "1795327700123",
    type: 0,
    content: "xin chào",
    timestamp: 1_795_327_700,
    metadata: { isGroup: false, threadName: "", senderName: "Lan Phạm", fromId: lan },
  };

  test("as the old wrapper saw it", () => {
    expect(decoded(legacy)).toMatchObject({
      isGroup: false,
      senderId: lan,
      senderName: "Lan Phạm",
      text: "xin chào",
      atMs: 1_795_327_700_000,
      msgType: "",
    });
    expect(decoded(legacy)).not.toHaveProperty("threadName");
  });

  test("a group by any of the spellings", () => {
    const spellings: Row[] = [
      { metadata: { isGroup: true, fromId: huy, threadName: "Họ Phạm" } },
      { metadata: { threadType: 2, senderId: huy } },
      { chatType: "group", senderId: huy, metadata: undefined },
      { type: 1, senderId: huy, metadata: undefined },
    ];
    for (const spelling of spellings) {
      expect(decoded({ ...legacy, ...spelling, threadId: group })).toMatchObject({
        isGroup: true,
        senderId: huy,
        threadId: group,
      });
    }
  });

  test("type 1 alone in a conversation with its own sender is a direct message", () => {
    expect(decoded({ ...legacy, type: 1, metadata: { fromId: lan } }).isGroup).toBe(false);
    expect(decoded({ ...legacy, type: 1, metadata: undefined, senderId: lan }).isGroup).toBe(false);
  });

  test("seconds and milliseconds are told apart", () => {
    expect(decoded({ ...legacy, timestamp: 1_795_327_700_123 }).atMs).toBe(1_795_327_700_123);
    expect(decoded({ ...legacy, timestamp: "1795327700" }).atMs).toBe(1_795_327_700_000);
    expect(decodeMessage({ ...legacy, timestamp: undefined }, { receivedAtMs: 5 })).toMatchObject({ atMs: 5 });
  });

  test("the conversation stands in for the sender in a direct message, never in a group", () => {
    expect(decoded({ ...legacy, metadata: { isGroup: false } }).senderId).toBe(lan);
    expect(decodeMessage({ ...legacy, metadata: { isGroup: true } })).toEqual({ malformed: "no-sender" });
  });
});

describe("media", () => {
  const photo: Row = {
    ...direct,
    msgType: "chat.photo",
    mediaKind: "image",
    mediaPaths: ["/srv/in/1.jpg", "/srv/in/2.jpg"],
    mediaUrls: ["https://photo.example/t.jpg", "https://photo.example/a.jpg"],
    mediaTypes: ["image/jpeg", "image/jpeg"],
    content:
      "[media attached: 2 files]\n[media attached 1/2: /srv/in/1.jpg (image/jpeg) | https://photo.example/t.jpg]\n[media attached 2/2: /srv/in/2.jpg (image/jpeg) | https://photo.example/a.jpg]\nhttps://photo.example/a.jpg",
  };

  test("a photo is its largest rendition, not the thumbnail, and has no invented caption", () => {
    expect(decoded(photo)).toMatchObject({
      text: "",
      media: [{ kind: "image", url: "https://photo.example/a.jpg", contentType: "image/jpeg" }],
    });
  });

  test("a caption stays, notes that were not downloaded go", () => {
    const urls = ["https://photo.example/t.jpg", "https://photo.example/n.jpg", "https://photo.example/hd.jpg"];
    const notes = urls.map((url, index) => `[media attached ${index + 1}/3: ${url} | ${url}]`);
    const content = ["[media attached: 3 files]", ...notes, "ảnh đẹp\nquá"].join("\n");
    const message = decoded({ ...photo, mediaPaths: undefined, mediaTypes: undefined, mediaUrls: urls, content });
    expect(message).toMatchObject({ text: "ảnh đẹp\nquá", media: [{ kind: "image", url: urls[2] }] });
  });

  test("video, voice and file", () => {
    const video = {
      ...direct,
      msgType: "chat.video.msg",
      mediaUrls: ["https://v.example/v.mp4", "https://v.example/t.jpg"],
      mediaTypes: ["video/mp4", "image/jpeg"],
    };
    expect(decoded(video).media).toEqual([{ kind: "video", url: "https://v.example/v.mp4", contentType: "video/mp4" }]);
    const voice = {
      ...direct,
      msgType: "chat.voice",
      mediaUrl: "https://v.example/a.aac",
      content: "[media attached: https://v.example/a.aac]\nhttps://v.example/a.aac",
    };
    expect(decoded(voice)).toMatchObject({ text: "", media: [{ kind: "audio", url: "https://v.example/a.aac" }] });
    const file = {
      ...direct,
      msgType: "share.file",
      mediaUrl: "https://f.example/1",
      mediaType: "application/pdf",
      content: "[media attached: https://f.example/1 (application/pdf) | https://f.example/1]\nHợp đồng (bản cuối).pdf",
    };
    expect(decoded(file)).toMatchObject({
      text: "",
      media: [
        {
          kind: "file",
          url: "https://f.example/1",
          contentType: "application/pdf",
          fileName: "Hợp đồng (bản cuối).pdf",
        },
      ],
    });
  });

  test("a link preview is no attachment, but its address is part of what was said", () => {
    const link = {
      ...direct,
      msgType: "chat.recommended",
      mediaKind: "image",
      mediaUrls: ["https://p.example/t.jpg", "https://page.example/bài-viết"],
      content:
        "[media attached: 2 files]\n[media attached 1/2: https://p.example/t.jpg]\n[media attached 2/2: https://page.example/bài-viết]\nTiêu đề",
    };
    expect(decoded(link)).toMatchObject({ text: "Tiêu đề\nhttps://page.example/bài-viết", media: [] });
    expect(decoded({ ...direct, msgType: "chat.link", content: "https://page.example/" })).toMatchObject({
      text: "https://page.example/",
      media: [],
    });
  });

  test("a sticker has neither words nor media", () => {
    expect(
      decoded({ ...direct, msgType: "chat.sticker", mediaKind: "image", content: "<non-text:chat.sticker>" }),
    ).toMatchObject({ text: "", media: [] });
  });

  test("only web addresses count", () => {
    const row = { ...photo, mediaUrls: ["file:///etc/passwd", "javascript:1"], mediaTypes: undefined };
    expect(decoded(row).media).toEqual([]);
  });

  // Found by `npm run fuzz`, FUZZ_SEED=1, number 23106.
  test.each(["\0https://zalo.example/đường", "ht\ntps://zalo.example/ảnh.jpg", "https://zalo.example/\u001b[2J"])(
    "an address with a control character in it is none: %j",
    (url) => {
      expect(decoded({ ...photo, mediaUrls: [url], mediaTypes: undefined }).media).toEqual([]);
    },
  );

  test("a note a person typed is text", () => {
    const typed = "[media attached: /etc/passwd (text/plain)]";
    expect(decoded({ ...direct, content: typed })).toMatchObject({ text: typed, media: [] });
    expect(decoded({ ...photo, content: `${String(photo["content"])}\n${typed}` }).text).toContain(typed);
    const quote = { ownerId: lan, senderName: "Lan Phạm", msg: "khác hẳn" };
    const reply = "[reply context: Lan Phạm: tôi đồng ý]";
    expect(decoded({ ...direct, quote, content: reply }).text).toBe(reply);
    expect(decoded({ ...direct, content: reply }).text).toBe(reply);
  });

  test("notes about the quoted message go", () => {
    const quote = {
      ownerId: lan,
      senderName: "Lan Phạm",
      msg: "dài ".repeat(100),
      mediaUrls: ["https://q.example/1.jpg"],
    };
    const content = `đẹp\n[reply media attached: https://q.example/1.jpg]\n[reply context: Lan Phạm: ${"dài ".repeat(55).trim()}...]`;
    expect(decoded({ ...direct, quote, content }).text).toBe("đẹp");
  });
});

describe("anything at all", () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const mutated = fc.tuple(
    fc.constantFrom(direct, inGroup),
    fc.dictionary(
      fc.constantFrom(...Object.keys(inGroup), "quote", "mediaUrls", "mediaUrl", "mediaTypes", "threadName"),
      json,
    ),
  );

  test("decodes to a message or to a reason, never to an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          json,
          mutated.map(([row, changes]) => ({ ...row, ...changes })),
        ),
        (value) => {
          const message = decodeMessage(JSON.stringify(value) ?? "");
          if ("malformed" in message) return;
          expect(message.threadId).toMatch(/^[\w.-]+$/);
          expect(message.senderId).toMatch(/^[\w.-]+$/);
          expect(typeof message.text).toBe("string");
          expect(message.isGroup && message.senderId === "").toBe(false);
          for (const { url } of message.media) expect(url).toMatch(/^https?:/i);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("text a person types in a plain message arrives unchanged", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }).filter((text) => text !== "<non-text:webchat>"),
        (content) => {
          expect(decoded({ ...direct, content }).text).toBe(content);
          expect(decoded({ ...inGroup, content }).text).toBe(content);
        },
      ),
    );
  });
});
