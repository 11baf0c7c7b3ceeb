import { createServer } from "node:http";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openAccountState } from "../../src/channel/account/state.ts";
import { sendMedia, sendText } from "../../src/channel/outbound/adapter.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const huy = "8891200345671123490";
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("what the host sends", () => {
  let host: AccountHost;
  let media: string;
  let family: string;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.addPerson({ uid: huy, displayName: "Huy Đặng" });
    host.world.befriend(host.uid, lan);
    family = host.world.addGroup({ name: "Gia đình 🏡", members: [host.uid, lan, huy] }).groupId;
    host.settings = { rateLimit: { sameConversationMs: 500, otherConversationMs: 500 } };
    host.logIn();
    media = mkdtempSync(path.join(tmpdir(), "zalouser-media-"));
  });

  afterEach(() => {
    host.dispose();
    rmSync(media, { recursive: true, force: true });
  });

  const base = (to: string) => ({ cfg: host.config(), accountId: "default", to, mediaLocalRoots: [media] });
  const sends = () => host.world.journal().filter(({ command }) => command?.startsWith("msg "));
  const commands = () => sends().map(({ command }) => command);

  function file(name: string, content: Buffer | string): string {
    const target = path.join(media, name);
    writeFileSync(target, content);
    return target;
  }

  test("a picture goes with its caption in one call, whatever its name", async () => {
    await host.during(async () => {
      const mediaUrl = file("ảnh gia đình, Tết.JPG", png);
      const { messageId } = await sendMedia({ ...base(`group:${family}`), text: "Ảnh nè 🌸", mediaUrl });
      expect(messageId).toMatch(/^\d+$/u);
    });
    expect(commands()).toEqual(["msg image"]);
    expect(sends()[0]?.argv).toEqual(expect.arrayContaining(["--group", "-m", "Ảnh nè 🌸"]));
    expect(sends()[0]?.argv.at(-1)).toMatch(/\/anh-gia-dinh-Tet\.png$/u);
  });

  test("any other file travels through the running listener, behind its text, and evicts nobody", async () => {
    await host.during(async () => {
      const mediaUrl = file("Báo cáo tháng 11.pdf", "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");
      await sendMedia({ ...base(lan), text: "Báo cáo đây", mediaUrl });
      expect(host.world.isListening("default")).toBe(true);
    });
    expect(commands()).toEqual(["msg send", "msg upload"]);
    expect(host.world.journal().flatMap(({ evicted }) => evicted ?? [])).toEqual([]);
    const sent = host.world.messages().filter(({ from }) => from === host.uid);
    expect(sent).toHaveLength(2);
    expect(readdirSync(path.join(openAccountState("default").folder, "outgoing"))).toEqual([]);
  });

  test("without a listener such a file is certainly unsent", async () => {
    const mediaUrl = file("báo cáo.pdf", "%PDF-1.4\n%%EOF\n");
    await expect(sendMedia({ ...base(lan), text: "", mediaUrl })).rejects.toMatchObject({
      name: "PlatformMessageNotDispatchedError",
      retryable: true,
      message: expect.stringContaining("SEND_NOT_CONNECTED"),
    });
    expect(commands()).toEqual([]);
  });

  test("a message that is only a link goes as Zalo's link message, untouched, in groups too", async () => {
    const url = "https://www.tiktok.com/@vtv24/video/7301?lang=vi";
    await host.during(async () => {
      await sendText({ ...base(`group:${family}`), text: url });
    });
    expect(commands()).toEqual(["msg link"]);
    expect(sends()[0]?.argv.slice(-2)).toEqual([family, url]);
  });

  test.each(["- mục một\n- mục hai", "--group", "-p khác", "@Lan Phạm ơi", "*.js *.ts", "'; rm -rf ~ #", "tab\tvà 🙂‍↔️"])(
    "plain text arrives byte for byte: %j",
    async (text) => {
      await host.during(async () => {
        await sendText({ ...base(lan), text });
      });
      expect(host.world.messages().at(-1)).toMatchObject({ text, isGroup: false, threadId: lan });
    },
  );

  test.each([
    ["", "TEXT_EMPTY"],
    [" \n", "TEXT_EMPTY"],
    ["xin\u0000chào", "TEXT_INVALID"],
    ["nửa \ud83d chữ", "TEXT_INVALID"],
    ["dài ".repeat(260_000), "TEXT_TOO_LONG"],
  ])("bad text is refused before any call, for good", async (text, code) => {
    await expect(sendText({ ...base(lan), text })).rejects.toMatchObject({
      name: "PlatformMessageNotDispatchedError",
      retryable: false,
      message: expect.stringMatching(new RegExp(`^Zalo account "default".*\\[${code}\\]$`, "su")),
    });
    expect(commands()).toEqual([]);
  });

  test.each(["", "group:", "abc", "Lan Phạm"])("the target %j is refused before any call", async (to) => {
    await expect(sendText({ ...base(to), text: "chào" })).rejects.toThrowError(/TARGET_INVALID/u);
    expect(commands()).toEqual([]);
  });

  test("a missing file, one outside the allowed folders and a link into them are refused, each by its name", async () => {
    const outside = mkdtempSync(path.join(tmpdir(), "zalouser-outside-"));
    writeFileSync(path.join(outside, "bí mật.png"), png);
    symlinkSync(path.join(outside, "bí mật.png"), path.join(media, "vô hại.png"));
    const refusal = (mediaUrl: string) =>
      sendMedia({ ...base(lan), text: "", mediaUrl }).catch((error: Error) => error.message);
    expect(await refusal(path.join(media, "không có.png"))).toContain("MEDIA_NOT_FOUND");
    expect(await refusal(path.join(outside, "bí mật.png"))).toContain("MEDIA_NOT_ALLOWED");
    expect(await refusal(path.join(media, "vô hại.png"))).toContain("MEDIA_NOT_ALLOWED");
    rmSync(outside, { recursive: true });
    expect(commands()).toEqual([]);
  });

  test("a link into the own network is not followed", async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.end(png);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const sending = sendMedia({ ...base(lan), text: "", mediaUrl: `http://127.0.0.1:${port}/a.png` });
    await expect(sending).rejects.toThrowError(/MEDIA_UNREACHABLE/u);
    await new Promise((resolve) => server.close(resolve));
    expect([asked, commands()]).toEqual([0, []]);
  });

  test("a file above the limit is refused with the setting that moves it", async () => {
    host.settings = { mediaMaxMb: 0.001 };
    const mediaUrl = file("to.bin", Buffer.alloc(5_000, 7));
    await expect(sendMedia({ ...base(lan), text: "", mediaUrl })).rejects.toThrowError(/mediaMaxMb.*MEDIA_TOO_LARGE/su);
  });

  test("on a dead session one send finds out and the next ones ask Zalo nothing", async () => {
    host.world.expireSession(host.uid);
    const failures = [1, 2, 3].map((n) =>
      sendText({ ...base(lan), text: `tin ${n}` }).catch((error: Error) => error.message),
    );
    for (const failure of await Promise.all(failures)) expect(failure).toContain("ZCA_LOGIN_REFUSED");
    expect(commands()).toEqual(["msg send"]);
    host.logIn();
    await sendText({ ...base(lan), text: "đã đăng nhập lại" });
    expect(host.world.messages().at(-1)).toMatchObject({ text: "đã đăng nhập lại" });
  });
});
