import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorld, type Saying, type World, zcaPath } from "../../../sim/control.ts";
import { decodeHistory } from "../../../src/zca/history/decode.ts";
import { recentMessages } from "../../../src/zca/history/recent.ts";
import { startListener } from "../../../src/zca/listen/listen.ts";
import { decodeMessage, type InboundMessage } from "../../../src/zca/listen/message.ts";
import type { StreamLine } from "../../../src/zca/listen/protocol.ts";
import { createCapabilityReader } from "../../../src/zca/program/capabilities.ts";
import { createZca, type Zca } from "../../../src/zca/program/run.ts";

const own = "3300912847765512008";
const lan = "5120034498771203345";
const patience = { timeout: 60_000, interval: 20 };

const textRow = {
  msgId: "6921045577310",
  cliMsgId: "1795327700123",
  threadId: lan,
  isGroup: false,
  senderId: lan,
  senderName: "Lan Phạm",
  ts: "1795327700456",
  msgType: "webchat",
  content: "mai họp lúc 9h nhé",
};

describe("a row of history", () => {
  test("is a message without mention and quote that says it was caught up", () => {
    const row = { ...textRow, mentions: [{ uid: own, pos: 0, len: 7 }], quote: { ownerId: own, msg: "giả" } };
    expect(decodeHistory(row, { ownId: own })).toMatchObject({
      eventKey: `m:${lan}:6921045577310`,
      altKeys: [`c:${lan}:1795327700123:${lan}`],
      senderId: lan,
      senderName: "Lan Phạm",
      text: "mai họp lúc 9h nhé",
      atMs: 1_795_327_700_456,
      mentions: [],
      media: [],
      caughtUp: { contextOnly: false },
    });
    expect(decodeHistory(row, { ownId: own })).not.toHaveProperty("quote");
    expect(decodeHistory(JSON.stringify(row), { contextOnly: true })).toMatchObject({
      caughtUp: { contextOnly: true },
    });
  });

  test("a text that looks like JSON or like a media note stays the text it is", () => {
    for (const content of ['{"href":"https://x.example/a.jpg","title":"giả"}', "[media attached: /etc/passwd]", "[1]"])
      expect(decodeHistory({ ...textRow, content })).toMatchObject({ text: content, media: [] });
  });

  test("media fields beside the content do not count: nobody but Zalo's own record names an attachment", () => {
    const row = {
      ...textRow,
      msgType: "chat.photo",
      mediaUrl: "https://evil.example/x.jpg",
      content: '{"title":"ảnh"}',
    };
    expect(decodeHistory(row)).toMatchObject({ text: "ảnh", media: [] });
  });

  test("never throws, and what lacks the essentials is named", () => {
    expect(decodeHistory("{")).toEqual({ malformed: "broken-json" });
    expect(decodeHistory({ ...textRow, threadId: undefined })).toEqual({ malformed: "no-thread" });
    const values = fc.oneof(
      fc.string(),
      fc.json(),
      fc.dictionary(fc.string(), fc.jsonValue()).map((v) => v),
    );
    const key = fc.constantFrom(...Object.keys(textRow));
    fc.assert(
      fc.property(key, fc.jsonValue(), values, (changed, value, anything) => {
        decodeHistory({ ...textRow, msgType: "chat.photo", [changed]: value });
        decodeHistory({ ...textRow, msgType: "share.file", content: JSON.stringify(value) });
        if (typeof anything === "string") decodeHistory(anything);
      }),
    );
  });
});

describe("the same message by stream and by history", () => {
  let root: string;
  let world: World;
  let group: string;
  let zca: Zca;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "zalouser-history-"));
    world = createWorld(path.join(root, "home"));
    world.addAccount({ uid: own, displayName: "Trợ lý" });
    world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    group = world.addGroup({ name: "Gia đình 🏡", members: [lan, own] }).groupId;
    world.logIn("work", own);
    zca = createZca(
      {
        accountId: "work",
        profile: "work",
        configuredBinary: zcaPath,
        binaryConfigPath: "channels.zalouser.zcaBinary",
        parentEnv: { PATH: process.env["PATH"], HOME: root, OPENZCA_HOME: world.home },
        recordsDir: path.join(root, "records"),
      },
      { capabilities: createCapabilityReader() },
    );
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const heardFrom = async (say: () => number): Promise<InboundMessage[]> => {
    const lines: StreamLine[] = [];
    const listener = startListener(zca, { onLine: (line) => lines.push(line) });
    await world.waitForListening("work", 90_000);
    const count = say();
    const messages = () => lines.filter((line) => line.kind === "message");
    await expect.poll(() => messages().length, patience).toBe(count);
    await listener.stop(2000);
    return messages().flatMap((line) => {
      const message = decodeMessage(line.record, { ownId: own });
      return "malformed" in message ? [] : [message];
    });
  };
  // Nothing listens on this port: the listener's own downloads fail at once and leave the address.
  const file = (name: string) => `https://127.0.0.1:9/${name}`;

  const kinds: readonly Omit<Saying, "from" | "to">[] = [
    { text: "chào buổi sáng 🙂\n- mục một" },
    { media: { kind: "photo", thumb: file("t.jpg"), normal: file("n.jpg"), hd: file("h.jpg") }, text: "ảnh nhà mình" },
    { media: { kind: "photo", thumb: file("t.jpg"), normal: file("n.jpg") } },
    { media: { kind: "video", href: file("v.mp4"), thumb: file("v.jpg") } },
    { media: { kind: "voice", href: file("a.m4a") } },
    { media: { kind: "file", href: file("bao-cao"), name: "Báo cáo tháng 11.pdf" } },
    { media: { kind: "sticker", id: 123 } },
    { media: { kind: "link", href: file("bai-viet"), title: "Bài viết", thumb: file("l.jpg") } },
    { media: { kind: "location", address: "12 Lý Thường Kiệt, Hà Nội", latitude: 21, longitude: 105 } },
    { media: { kind: "poll", title: "Ăn gì trưa nay?" } },
  ];

  test.each(["direct", "group"] as const)("has the same keys, words and attachments (%s)", async (place) => {
    const isGroup = place === "group";
    const to = isGroup ? { group } : own;
    const heard = await heardFrom(() => world.sayAll(kinds.map((kind) => ({ from: lan, to, ...kind }))).length);
    const { rows, unreadable } = await recentMessages(zca, { threadId: isGroup ? group : lan, isGroup, limit: 200 });
    expect(unreadable).toBe(0);
    const read = rows.map((row) => decodeHistory(row.raw, { ownId: own }));
    const essence = (message: InboundMessage) => ({
      eventKey: message.eventKey,
      altKeys: message.altKeys,
      threadId: message.threadId,
      isGroup: message.isGroup,
      senderId: message.senderId,
      senderName: message.senderName,
      atMs: message.atMs,
      msgType: message.msgType,
      text: message.text,
      media: message.media.map(({ kind, url, fileName }) => ({ kind, url, fileName })),
    });
    const byKey = (a: { eventKey: string }, b: { eventKey: string }) => a.eventKey.localeCompare(b.eventKey);
    expect(read.flatMap((message) => ("malformed" in message ? [] : [essence(message)])).toSorted(byKey)).toEqual(
      heard.map(essence).toSorted(byKey),
    );
    expect(rows.map(({ id }) => id).toSorted()).toEqual(heard.map(({ eventKey }) => eventKey).toSorted());
  });
});
