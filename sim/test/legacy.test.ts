import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "../control/wait.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig({ personality: "legacy" });
});
afterEach(() => rig.close());

describe("legacy personality (contract 0, 8.16)", () => {
  it("has its own version, a license group and no supervised mode", async () => {
    expect((await rig.zca("--version")).stdout).toBe("0.0.24\n");
    const { stdout } = await rig.zca("--help");
    expect(stdout).toContain("license");
    expect(stdout).not.toContain("openzca");
    expect((await rig.zca("--profile", "work", "listen", "--raw", "--supervised")).stderr).toContain(
      "error: unknown option '--supervised'",
    );
  });

  it("prints the legacy line", async () => {
    const listener = await rig.listen({}, ["-r", "-k"]);
    const overrides = { msgId: "6921045577310", cliMsgId: "1795327700123", ts: "1795327700456" };
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "xin chào", overrides });
    const [line] = await listener.untilRecords(1);
    expect(line).toMatchObject({
      threadId: rig.lan.uid,
      msgId: "6921045577310",
      type: 0,
      content: "xin chào",
      timestamp: 1795327700,
      metadata: { isGroup: false, threadName: "", senderName: "Lan Phạm", fromId: rig.lan.uid },
    });
    expect(line).not.toHaveProperty("senderId");
  });

  it("does not honor --, and sends text verbatim", async () => {
    expect((await rig.zca("--profile", "work", "msg", "send", "--", rig.lan.uid, "a")).stderr).toMatch(
      /^error: unknown option '--'/u,
    );
    expect((await rig.zca("--profile", "work", "msg", "send", rig.lan.uid, "**a**")).code).toBe(0);
    expect(rig.world.messages()[0]?.text).toBe("**a**");
  });

  it("draws a code on the terminal and knows no --qr-path", async () => {
    expect((await rig.zca("auth", "login", "--qr-path", "a.png")).stderr).toContain(
      "error: unknown option '--qr-path'",
    );
    const login = rig.start(["--profile", "moi", "auth", "login"]);
    const { payload } = await waitFor("a code", () => rig.world.pendingLogins()[0]);
    await login.until("█");
    rig.world.scanQr(payload, { as: rig.lan.uid });
    rig.world.confirmQr(payload);
    expect((await login.ended).stdout).toContain(`Logged in profile moi as Lan Phạm (${rig.lan.uid})`);
  });
});
