import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isChannelPartialDeliveryError } from "openclaw/plugin-sdk/channel-inbound";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { sendMedia } from "../../src/channel/outbound/adapter.ts";
import { deliverReply } from "../../src/channel/outbound/reply.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const bytes = (...start: (number | string)[]) =>
  Buffer.concat([
    ...start.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.of(part))),
    Buffer.alloc(64),
  ]);
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const mp4 = bytes(0, 0, 0, 0x18, "ftypmp42", 0, 0, 0, 0, "mp42isom");
const mp3 = bytes("ID3", 3, 0, 0, 0, 0, 0, 0x21);
const ogg = bytes("OggS", 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, "0000", 0, 0, 0, 0, "1234", 1, 0x13, "OpusHead");
const pdf = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");

describe("what the agent sends besides words, beside a running listener", () => {
  let host: AccountHost;
  let media: string;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.befriend(host.uid, lan);
    host.settings = { rateLimit: { sameConversationMs: 500, otherConversationMs: 500, perMinute: 60 } };
    host.logIn();
    media = mkdtempSync(path.join(tmpdir(), "zalouser-media-"));
  });

  afterEach(() => {
    // Whatever was sent: the listener kept its websocket, and nothing of it is left behind.
    expect(host.world.journal().flatMap(({ evicted }) => evicted ?? [])).toEqual([]);
    expect(readdirSync(path.join(openAccountState("default").folder, "outgoing"))).toEqual([]);
    host.dispose();
    rmSync(media, { recursive: true, force: true });
  });

  const account = () => resolveAccount(host.config(), "default");
  const base = () => ({ cfg: host.config(), accountId: "default", to: lan, mediaLocalRoots: [media] });
  const sends = () => host.world.journal().filter(({ command }) => command?.startsWith("msg "));
  const named = () => host.world.messages().flatMap(({ attachments }) => attachments.map(({ name }) => name));

  function file(name: string, content: Buffer): string {
    const target = path.join(media, name);
    writeFileSync(target, content);
    return target;
  }

  test("every kind goes by the one command that reaches Zalo, told by its content and under a safe name", async () => {
    const kinds: readonly [name: string, content: Buffer, command: string, sentAs: string][] = [
      ["ảnh bếp, mới.PNG", png, "msg image", "anh-bep-moi.png"],
      ["động.gif", gif, "msg image", "dong.gif"],
      ["không đuôi", png, "msg image", "khong-duoi.png"],
      ["phim Tết.MP4", mp4, "msg upload", "phim-Tet.mp4"],
      ["ghi âm.mp3", mp3, "msg upload", "ghi-am.mp3"],
      ["lời nhắn.ogg", ogg, "msg upload", "loi-nhan.ogg"],
      ["hợp đồng.pdf", pdf, "msg upload", "hop-dong.pdf"],
      ["số liệu.csv", Buffer.from("tên,tuổi\nLan,30\n"), "msg upload", "so-lieu.csv"],
      ["giả ảnh.png", pdf, "msg upload", "gia-anh.pdf"],
    ];
    await host.during(async () => {
      for (const [name, content] of kinds) await sendMedia({ ...base(), text: "", mediaUrl: file(name, content) });
    });
    expect(sends().map(({ command }) => command)).toEqual(kinds.map(([, , command]) => command));
    expect(named()).toEqual(kinds.map(([, , , sentAs]) => sentAs));
  });

  test("a voice answer goes as a sound file: zca's own voice command would take the listener's websocket", async () => {
    await host.during(async () => {
      await sendMedia({ ...base(), text: "nghe nhé", mediaUrl: file("voice.ogg", ogg), audioAsVoice: true });
    });
    expect(sends().map(({ command }) => command)).toEqual(["msg send", "msg upload"]);
  });

  test("a file: address and several files with one caption go in order, the caption once", async () => {
    const first = pathToFileURL(file("một.png", png)).href;
    await host.during(async () => {
      const payload = { text: "Ba tấm đây 🌸", mediaUrls: [first, file("hai.png", png), file("ba.pdf", pdf)] };
      const { messageIds } = await deliverReply(host.config(), account(), { kind: "user", id: lan }, payload, {
        localRoots: [media],
      });
      expect(messageIds).toHaveLength(3);
    });
    expect(sends().map(({ command }) => command)).toEqual(["msg image", "msg image", "msg upload"]);
    expect(sends().map(({ argv }) => argv.includes("Ba tấm đây 🌸"))).toEqual([true, false, false]);
    expect(named()).toEqual(["mot.png", "hai.png", "ba.pdf"]);
  });

  test("when one of several files cannot be sent, the host is told which are out", async () => {
    await host.during(async () => {
      const payload = { text: "", mediaUrls: [file("một.png", png), path.join(media, "không có.pdf")] };
      const sending = deliverReply(host.config(), account(), { kind: "user", id: lan }, payload, {
        localRoots: [media],
      });
      const failure: unknown = await sending.catch((error: unknown) => error);
      expect(isChannelPartialDeliveryError(failure)).toBe(true);
      expect(failure).toMatchObject({
        message: expect.stringContaining("MEDIA_NOT_FOUND"),
        deliveryResult: { messageIds: [expect.stringMatching(/^\d+$/u)] },
      });
    });
    expect(sends().map(({ command }) => command)).toEqual(["msg image"]);
  });

  test("a caption that cannot ride along is a message of its own before the file", async () => {
    const long = "chú thích dài ".repeat(200).trim();
    await host.during(async () => {
      await sendMedia({ ...base(), text: "**quan trọng**", mediaUrl: file("a.png", png) });
      await sendMedia({ ...base(), text: "cười lên", mediaUrl: file("b.gif", gif) });
      await sendMedia({ ...base(), text: long, mediaUrl: file("c.png", png) });
    });
    const commands = sends().map(({ command }) => command);
    expect(commands).toEqual(["msg send", "msg image", "msg send", "msg image", "msg send", "msg send", "msg image"]);
  });

  test("an empty file is refused before any call", async () => {
    const mediaUrl = file("rỗng.pdf", Buffer.alloc(0));
    await host.during(async () => {
      await expect(sendMedia({ ...base(), text: "", mediaUrl })).rejects.toMatchObject({
        name: "PlatformMessageNotDispatchedError",
        retryable: false,
        message: expect.stringContaining("[MEDIA_EMPTY]"),
      });
      await sendMedia({ ...base(), text: "", mediaUrl: file("đủ.pdf", pdf) });
    });
    expect(sends()).toHaveLength(1);
  });
});
