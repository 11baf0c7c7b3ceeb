import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { fault } from "../../../sim/control.ts";
import type { Cast } from "../rig/cast.ts";
import { listenerOf, successorOf } from "../rig/listening.ts";
import { isAlive } from "../rig/processes.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";
import { accountStatuses } from "../rig/status.ts";
import { stopGateway } from "../rig/stopping.ts";
import { waitFor } from "../rig/wait.ts";
import { credentialsFile, logIn } from "./first-steps.ts";

export function recoveryJourneys(stage: () => Stage, cast: () => Cast): void {
  const turn = async (token: string) => {
    const recording = record(stage());
    const { lan, assistant } = cast();
    stage().zalo.say({ from: lan.uid, to: assistant.uid, text: token });
    await recording.answer(`pong: ${token}`);
  };
  const listener = (profile: string) => listenerOf(stage(), profile);

  test("has a killed listener back and answers again", async () => {
    const before = listener("default");
    process.kill(before, "SIGKILL");
    await successorOf(stage(), "default", before);
    await turn("ping-sống-lại");
  });

  test("names the command when the session has expired, and runs again after it without a gateway restart", async () => {
    const { zalo, host } = stage();
    const pid = host.gateway.pid();
    // The session has ended by the time the listener logs in again: no cool-down, the login itself is refused.
    zalo.setFaults([fault({ command: "listen", profile: "default", first: 1 }, { group: "session", mode: "expire" })]);
    process.kill(listener("default"), "SIGKILL");
    const command = "Run: openclaw channels login --channel zalouser";
    const isBlocked = async () => {
      const { lastError, terminalDisconnect } = (await accountStatuses(host)).get("default") ?? {};
      return terminalDisconnect === true && (lastError ?? "").includes(command);
    };
    await waitFor("the account to be blocked", isBlocked, { explain: () => host.log() });
    // What every gateway start does: nothing is tried again with a session that Zalo has refused.
    const recording = record(stage());
    const starts = zalo.calls({ command: "listen", profile: "default" }).length;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await host.gateway.call("channels.start", { channel: "zalouser", accountId: "default" });
      await waitFor("the refusal to start", isBlocked);
    }
    expect(zalo.calls({ command: "listen", profile: "default" })).toHaveLength(starts);
    expect(recording.calls()).toEqual([]);

    await logIn(stage(), cast().assistant.uid);
    await zalo.waitForListening("default", 90_000);
    expect(host.gateway.pid()).toBe(pid);
    await turn("ping-đăng-nhập-lại");
  });

  test("logs out: the listener ends and the credentials are gone", async () => {
    const { zalo, host } = stage();
    const before = listener("default");
    const { code, stdout, stderr } = await host.cli(["channels", "logout", "--channel", "zalouser"]);
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    await waitFor("the listener to end", async () => !(await isAlive(before)), { timeoutMs: 10_000 });
    expect(existsSync(credentialsFile(stage(), "default"))).toBe(false);
    expect(zalo.isListening("default")).toBe(false);
    expect(zalo.isListening("work")).toBe(true);
  });

  test("stops within four seconds although a listener ignores SIGTERM, and leaves nothing behind", async () => {
    const { zalo, host } = stage();
    zalo.setFaults([fault({ command: "listen", profile: "work" }, { group: "hang", mode: "ignore-sigterm" })]);
    const before = listener("work");
    process.kill(before, "SIGKILL");
    const stubborn = await successorOf(stage(), "work", before);
    expect((await stopGateway(host)).zcaMs).toBeLessThan(4000);
    expect(await isAlive(stubborn)).toBe(false);
  });
}
