import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const msg = (...args: string[]) => rig.zca("--profile", "work", "msg", ...args);

function file(name: string): string {
  const full = path.join(rig.folder, name);
  writeFileSync(full, `nội dung ${name}`);
  return full;
}

describe("media (contract 6.6, 9)", () => {
  it("sends one picture with its caption inline", async () => {
    const { stdout } = await msg("image", rig.lan.uid, file("ảnh.jpg"), "-m", "đẹp không?");
    expect(stdout).toMatch(/^\{ message: null, attachment: \[ \{ msgId: '?\d{13}'? \} \] \}\n$/u);
    expect(rig.world.messages()).toMatchObject([
      { msgType: "chat.photo", text: "đẹp không?", attachments: [{ name: "ảnh.jpg", bytes: 20 }] },
    ]);
  });

  it("sends the caption of several pictures as a message of its own first", async () => {
    const { stdout } = await msg("image", rig.lan.uid, "-u", file("a.png"), "-u", file("b.webp"), "-m", "hai tấm");
    expect(stdout).toMatch(
      /^\{\n {2}message: \{ msgId: '?\d{13}'? \},\n {2}attachment: \[ \{ msgId: .*\}, \{ msgId: .*\} \]\n\}\n$/u,
    );
    expect(rig.world.messages().map(({ text, msgType }) => [text, msgType])).toEqual([
      ["hai tấm", "webchat"],
      ["", "chat.photo"],
      ["", "chat.photo"],
    ]);
  });

  it("does nothing, silently, for other extensions given to msg image", async () => {
    for (const name of ["a.heic", "b.bmp", "c.pdf", "D.GIF"]) {
      expect(await msg("image", rig.lan.uid, file(name))).toMatchObject({ code: 0, stdout: "", stderr: "" });
    }
    expect(rig.world.messages()).toEqual([]);
  });

  it("looks for files before any network, and splits -u at commas", async () => {
    expect((await msg("image", rig.lan.uid, "/khong/co.jpg")).stderr).toBe("Error: File not found: /khong/co.jpg\n");
    expect(rig.world.calls({ command: "msg image" })[0]?.logins).toBe(0);
    expect((await msg("image", rig.lan.uid, "-u", file("a,b.jpg"))).stderr).toMatch(
      /^Error: File not found: .*\/a\n$/u,
    );
    expect((await msg("image", rig.lan.uid, file("c,d.jpg"))).code).toBe(0);
  });

  it("refuses msg video while a listener runs, and sends without one", async () => {
    const listener = await rig.listen();
    expect((await msg("video", rig.lan.uid, file("v.mp4"))).stderr).toMatch(
      new RegExp(
        `^Error: Active listener owner detected for profile "work" \\(pid ${listener.child.pid}\\), but video upload IPC is unavailable\\. `,
        "u",
      ),
    );
    listener.child.kill();
    await listener.ended;
    expect((await msg("video", rig.lan.uid, file("v.mp4"), "-m", "xem nè")).code).toBe(0);
    expect(rig.world.messages().map(({ msgType }) => msgType)).toEqual(["webchat", "chat.video.msg"]);
  });

  it("evicts the listener with msg voice <file>, not with a public URL", async () => {
    const listener = await rig.listen();
    const byUrl = await msg("voice", rig.lan.uid, "-u", "https://files.example/a.aac");
    expect(byUrl.stdout).toMatch(/│ msgId +│/u);
    expect(rig.world.isListening("work")).toBe(true);
    await msg("voice", rig.lan.uid, file("ghi âm.m4a"));
    expect((await listener.ended).stdout).toContain("Listener closed (3000)");
    expect(rig.world.messages().map(({ msgType }) => msgType)).toEqual(["chat.voice", "chat.voice"]);
  });

  it("uploads through the listener's socket, file first or by -u, leaving the websocket alone", async () => {
    await rig.listen();
    const first = await msg("upload", file("báo cáo.pdf"), rig.lan.uid);
    expect(first.stdout).toMatch(/^\{ message: null, attachment: \[ \{ msgId: '?\d{13}'? \} \] \}\n$/u);
    expect((await msg("upload", "-g", rig.group.groupId, "-u", file("v.mp4"))).code).toBe(0);
    expect(rig.world.isListening("work")).toBe(true);
    expect(rig.world.messages()).toMatchObject([
      { threadId: rig.lan.uid, msgType: "share.file", attachments: [{ name: "báo cáo.pdf" }] },
      { threadId: rig.group.groupId, isGroup: true, msgType: "chat.video.msg" },
    ]);
    expect((await msg("upload", file("x.pdf"), "1")).stderr).toBe("Error: Tham số không hợp lệ\n");
  });

  it("refuses an upload beside a listener without socket, and uploads alone without a listener", async () => {
    const listener = await rig.listen({ OPENZCA_LISTEN_IPC: "0" });
    expect((await msg("upload", file("a.pdf"), rig.lan.uid)).stderr).toContain("but upload IPC is unavailable");
    listener.child.kill();
    await listener.ended;
    expect((await msg("upload", file("a.pdf"), rig.lan.uid)).code).toBe(0);
  });
});
