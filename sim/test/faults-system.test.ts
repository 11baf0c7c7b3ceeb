import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tooLongText } from "../control/catalog/machine.ts";
import { fault, type FaultEffect, type FaultMatch, zcaPath } from "../control.ts";
import { waitFor } from "../control/wait.ts";
import { openMediaHost } from "./media-host.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

type Mode = Extract<FaultEffect, { group: "system" }>["mode"];
const withSystem = (mode: Mode, match: FaultMatch = {}) =>
  rig.world.setFaults([fault(match, { group: "system", mode })]);
const zca = (...args: string[]) => rig.zca("--profile", "work", ...args);
const lockFile = () => path.join(rig.home, "profiles", "work", "listener-owner.json");

describe("a home that cannot be written (contract 12)", () => {
  it("refuses the listener's lock, so it does not start", async () => {
    withSystem("read-only-home");
    expect(await zca("listen", "--raw")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: `Error: EROFS: read-only file system, open '${lockFile()}'\n`,
    });
    expect(existsSync(lockFile())).toBe(false);
  });

  it("hinders nothing that only reads", async () => {
    withSystem("read-only-home");
    expect((await zca("msg", "send", "--", rig.lan.uid, "chào")).code).toBe(0);
    expect((await zca("me", "id")).code).toBe(0);
  });

  it("fails a login where its file has to be written", async () => {
    withSystem("full-disk", { command: "auth login" });
    const { code, stderr } = await rig.start(["--profile", "moi", "auth", "login"], { OPENZCA_QR_AUTO_OPEN: "0" })
      .ended;
    expect([code, stderr]).toEqual([1, "Error: ENOSPC: no space left on device, write\n"]);
  });

  it("leaves an empty lock behind when the disk is full, which the next start passes over", async () => {
    withSystem("full-disk", { command: "listen", nth: 1 });
    expect((await zca("listen")).stderr).toBe("Error: ENOSPC: no space left on device, write\n");
    expect(readFileSync(lockFile(), "utf8")).toBe("");
    await rig.listen();
  });

  it("keeps a login whose cache has no room, with a warning", async () => {
    const login = rig.start(["--profile", "work", "auth", "login", "--qr-path", `${rig.folder}/qr.png`], {
      OPENZCA_QR_AUTO_OPEN: "0",
    });
    const { payload } = await waitFor("a code", () => rig.world.pendingLogins()[0]);
    mkdirSync(path.join(rig.home, "profiles", "work", "cache", "friends.json"), { recursive: true });
    rig.world.scanQr(payload, { as: rig.bot.uid });
    rig.world.confirmQr(payload);
    const { code, stderr } = await login.ended;
    expect([code, stderr.startsWith("Warning: login succeeded but cache refresh failed (EISDIR")]).toEqual([0, true]);
  });
});

describe("broken files (contract 3)", () => {
  it("fails every profile with a broken profiles.json, until it is mended", async () => {
    const repair = rig.world.breakFile("profiles");
    const { code, stderr } = await zca("me", "id");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: .*JSON/u);
    repair();
    expect((await zca("me", "id")).code).toBe(0);
  });

  it("fails one call that reads while another writes", async () => {
    withSystem("broken-profiles", { nth: 1 });
    expect(await zca("me", "id")).toMatchObject({ code: 1, stderr: "Error: Unexpected end of JSON input\n" });
    expect((await zca("me", "id")).code).toBe(0);
  });

  it("fails one profile with broken credentials", async () => {
    rig.world.logIn("lan", rig.lan.uid);
    const repair = rig.world.breakFile({ credentials: "work" });
    expect((await zca("me", "id")).stderr).toMatch(/^Error: .*JSON/u);
    expect((await rig.zca("--profile", "lan", "me", "id")).code).toBe(0);
    repair();
    expect((await zca("me", "id")).code).toBe(0);
  });
});

describe("media that has no place or is gone (contract 12)", () => {
  const photo = async (mode: Mode) => {
    const host = await openMediaHost();
    try {
      withSystem(mode, { command: "listen" });
      const listener = await rig.listen({ OPENZCA_LISTEN_MEDIA_DIR: path.join(rig.folder, "media") });
      rig.world.say({
        from: rig.lan.uid,
        to: rig.bot.uid,
        media: { kind: "gif", href: `${host.base}/a.jpg`, thumb: `${host.base}/a.jpg` },
      });
      return (await listener.untilRecords(1))[0] ?? {};
    } finally {
      await host.close();
    }
  };

  it("keeps the URL where the media folder is missing", async () => {
    const line = await photo("no-media-folder");
    expect(line["mediaUrl"]).toMatch(/^http/u);
    expect(line).not.toHaveProperty("mediaPath");
  });

  it("names a file that is gone when it is looked for", async () => {
    const line = await photo("media-vanishes");
    expect(existsSync(String(line["mediaPath"]))).toBe(false);
    expect(String(line["mediaPath"])).toContain("media");
  });

  it("fails a file that vanishes between the check and the read, nothing sent", async () => {
    const file = path.join(rig.folder, "ảnh đẹp.jpg");
    writeFileSync(file, "x");
    withSystem("media-vanishes");
    expect((await zca("msg", "image", rig.lan.uid, file)).stderr).toBe(
      `Error: ENOENT: no such file or directory, open '${file}'\n`,
    );
    expect(rig.world.messages()).toHaveLength(0);
  });
});

describe("a text longer than the system takes (contract 4)", () => {
  it("fails before the program runs, so nothing is journaled", async () => {
    const failure = new Promise<unknown>((resolve) => {
      try {
        spawn(zcaPath, ["msg", "send", "--", rig.lan.uid, tooLongText]).on("error", resolve);
      } catch (error) {
        resolve(error);
      }
    });
    expect(await failure).toMatchObject({ code: "E2BIG" });
    expect(rig.world.journal()).toEqual([]);
  });
});
