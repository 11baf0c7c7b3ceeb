import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fault, type FaultEffect, type FaultMatch } from "../control.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

type Server = Omit<Extract<FaultEffect, { group: "server" }>, "group">;
const serving = (effect: Server, match: FaultMatch = { command: "msg send" }) =>
  rig.world.setFaults([fault(match, { group: "server", ...effect })]);
const send = (text = "chào", env: Record<string, string> = {}) =>
  rig.start(["--profile", "work", "msg", "send", "--", rig.lan.uid, text], { OPENZCA_SEND_RETRY_COUNT: "0", ...env })
    .ended;

describe("server faults (contract 10, 12)", () => {
  it("limits n calls and is fine then", async () => {
    serving({ mode: "rate-limit" }, { command: "msg send", first: 2 });
    expect([await send("một"), await send("hai"), await send("ba")].map(({ code }) => code)).toEqual([1, 1, 0]);
    expect(rig.world.messages().map(({ text }) => text)).toEqual(["ba"]);
  });

  it.each<[Server["mode"], string]>([
    ["rate-limit", "Vượt quá số request cho phép"],
    ["stranger-refused", "Bạn chưa thể gửi tin nhắn đến người này vì người này chặn không nhận tin nhắn từ người lạ."],
    ["cannot-receive", "Không thể nhận tin nhắn từ bạn."],
    ["bad-parameter", "Tham số không hợp lệ"],
  ])("refuses by %s in the servers' words, nothing sent", async (mode, text) => {
    serving({ mode });
    expect(await send()).toMatchObject({ code: 1, stdout: "", stderr: `Error: ${text}\n` });
    expect(rig.world.messages()).toHaveLength(0);
  });

  it("refuses reads as well, and what touches no message", async () => {
    serving({ mode: "rate-limit" }, {});
    for (const args of [
      ["friend", "list", "-j"],
      ["group", "list", "-j"],
      ["auth", "status"],
      ["msg", "typing", rig.lan.uid],
      ["msg", "recent", rig.lan.uid, "-j"],
    ]) {
      expect(await rig.zca("--profile", "work", ...args)).toMatchObject({ code: 1, stdout: "" });
    }
  });

  it("cuts everybody off: commands fail, listeners close with 1006 and do not start", async () => {
    rig.world.logIn("lan", rig.lan.uid);
    const listener = await rig.listen();
    const other = rig.start(["--profile", "lan", "listen", "--raw", "--supervised"]);
    await rig.world.waitForListening("lan");
    serving({ mode: "network-down", ms: 600_000 }, { command: "msg send", nth: 1 });
    expect(await send()).toMatchObject({ code: 1, stderr: "Error: fetch failed\n" });
    for (const { ended } of [listener, other]) {
      expect(await ended).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("Listener closed (1006)") as string,
      });
    }
    for (const profile of ["work", "lan"]) {
      expect(await rig.zca("--profile", profile, "me", "id")).toMatchObject({
        code: 1,
        stderr: "Error: fetch failed\n",
      });
    }
    expect((await rig.zca("--profile", "work", "listen")).stderr).toBe("Error: fetch failed\n");
    rig.world.networkUp();
    expect((await send()).code).toBe(0);
    await rig.listen();
  });

  it("is connected again by itself when the time is over", async () => {
    rig.world.networkDown(300);
    await vi.waitFor(async () => expect((await rig.zca("--profile", "work", "me", "id")).code).toBe(0), 10_000);
  });

  it("is cut off and connected again by hand, a login by QR included", async () => {
    rig.world.networkDown();
    expect((await rig.zca("--profile", "work", "auth", "login")).stderr).toBe("Error: fetch failed\n");
    expect((await send()).stderr).toBe("Error: fetch failed\n");
    expect(rig.world.journal().map(({ logins }) => logins)).toEqual([0, 0]);
    rig.world.networkUp();
    expect((await send()).code).toBe(0);
  });

  it("drops a listener while it is connected", async () => {
    serving({ mode: "network-down", ms: 100, afterMs: 50 }, { command: "listen" });
    expect((await (await rig.listen()).ended).stdout).toContain("Listener closed (1006)");
  });

  it("times out with the message sent, or not", async () => {
    serving({ mode: "timeout" });
    expect(await send("một")).toMatchObject({ code: 1, stdout: "", stderr: "Error: Request timed out\n" });
    expect(rig.world.messages()).toHaveLength(1);
    serving({ mode: "timeout", when: "start", ms: 200 });
    expect((await send("hai")).code).toBe(1);
    expect(rig.world.messages()).toHaveLength(1);
    const { startedAt = 0, endedAt = 0 } = rig.world.calls({ command: "msg send" }).at(-1) ?? {};
    expect(endedAt - startedAt).toBeGreaterThanOrEqual(200);
  });

  it("answers without an id and exits 0, delivered or not", async () => {
    for (const [when, delivered] of [
      ["sent", 1],
      ["start", 1],
    ] as const) {
      serving({ mode: "no-id", when });
      expect(await send()).toEqual({
        code: 0,
        signal: null,
        stdout: "{ message: null, attachment: [] }\n",
        stderr: "",
      });
      expect(rig.world.messages()).toHaveLength(delivered);
    }
  });

  it("answers an upload without an id, too", async () => {
    const file = `${rig.folder}/anh.jpg`;
    writeFileSync(file, "x");
    serving({ mode: "no-id" }, { command: "msg image" });
    expect((await rig.zca("--profile", "work", "msg", "image", rig.lan.uid, file)).stdout).toBe(
      "{ message: null, attachment: [] }\n",
    );
  });

  it("fails at the kth chunk: those before are delivered, stdout is empty, exit 1", async () => {
    serving({ mode: "chunk-fails", chunk: 3 });
    expect(await send("từ ".repeat(1700))).toMatchObject({ code: 1, stdout: "" });
    expect(rig.world.messages()).toHaveLength(2);
  });

  it("needs one retry, which the program makes itself unless it is told not to", async () => {
    serving({ mode: "retry-once" });
    expect((await send("một", { OPENZCA_SEND_RETRY_COUNT: "1", OPENZCA_SEND_RETRY_DELAY_MS: "1" })).code).toBe(0);
    expect(rig.world.messages()).toHaveLength(1);
    expect((await send("hai")).stderr).toBe("Error: socket hang up\n");
    expect(rig.world.messages()).toHaveLength(1);
  });

  it("refuses an upload before the listener sends it", async () => {
    const file = `${rig.folder}/bao-cao.pdf`;
    writeFileSync(file, "x");
    await rig.listen();
    serving({ mode: "rate-limit" }, { command: "msg upload" });
    expect((await rig.zca("--profile", "work", "msg", "upload", file, rig.lan.uid)).code).toBe(1);
    expect(rig.world.messages()).toHaveLength(0);
  });
});
