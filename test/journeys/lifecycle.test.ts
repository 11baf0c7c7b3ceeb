import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fault } from "../../sim/control.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { journalSnapshot } from "../../src/channel/journal/journals.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const patience = { timeout: 60_000, interval: 20 };

describe("the life of an account", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
  });

  afterEach(() => host.dispose());

  const listens = () => host.world.calls({ command: "listen" });

  test("a logged-out account makes one login attempt over ten gateway restarts and names the command", async () => {
    const outcomes: string[] = [];
    for (let restart = 0; restart < 10; restart += 1) outcomes.push(await host.run(new AbortController().signal));
    expect(outcomes).toEqual(["ended", ...Array.from({ length: 9 }, () => "not-linked")]);
    expect(listens()).toHaveLength(1);
    expect(host.status()).toMatchObject({ lifecycle: "blocked", terminalDisconnect: true });
    expect(host.status().lastError).toContain("openclaw channels login --channel zalouser");
  });

  test("a session Zalo refuses blocks the account until a login, which needs no gateway restart", async () => {
    host.logIn();
    host.world.expireSession(host.uid);
    expect(await host.run(new AbortController().signal)).toBe("ended");
    expect(await host.run(new AbortController().signal)).toBe("not-linked");
    host.logIn();
    await host.during(async () => {
      await vi.waitFor(() => expect(host.status()).toMatchObject({ lifecycle: "ready", connected: true }), patience);
    });
  });

  test("a killed listener is back within seconds and hears the next message", async () => {
    host.logIn();
    await host.during(async () => {
      const pid = host.world.listenerPid("default");
      if (pid === undefined) throw new Error("Nobody listens.");
      process.kill(pid, "SIGKILL");
      await vi.waitFor(() => {
        const now = host.world.listenerPid("default");
        expect(now !== undefined && now !== pid && host.world.isListening("default")).toBe(true);
      }, patience);
      host.world.say({ from: lan, to: host.uid, text: "bạn còn đó không?" });
      await vi.waitFor(() => expect(host.turns.map(({ text }) => text)).toEqual(["bạn còn đó không?"]), patience);
    });
  });

  test("a kicked account cools down: blocked, not terminal, with the time of the next try", async () => {
    host.logIn();
    await host.during(async () => {
      host.world.close("default", 3003, "kicked");
      await vi.waitFor(() => expect(host.status().lifecycle).toBe("blocked"), patience);
      expect(host.status().terminalDisconnect).not.toBe(true);
      expect(host.status().lastError).toMatch(/Next try at \d{4}-/u);
    });
    expect(listens()).toHaveLength(1);
  });

  test("a new login during the cool-down is taken up at once", async () => {
    host.logIn();
    await host.during(async () => {
      host.world.close("default", 3003, "kicked");
      await vi.waitFor(() => expect(host.status().lifecycle).toBe("blocked"), patience);
      host.logIn();
      await vi.waitFor(() => expect(host.status().lifecycle).toBe("ready"), patience);
    });
  });

  test("another person behind the same profile blocks the account", async () => {
    const stranger = "4400912847765512999";
    host.logIn();
    host.world.addAccount({ uid: stranger, displayName: "Người khác" });
    host.world.logIn("default", stranger);
    expect(await host.run(new AbortController().signal)).toBe("ended");
    expect(listens()).toEqual([]);
    expect(host.status()).toMatchObject({ lifecycle: "blocked", terminalDisconnect: true });
    expect(host.status().lastError).toContain("ZCA_WRONG_ACCOUNT");
    expect(await host.run(new AbortController().signal)).toBe("not-linked");
  });

  test("a listener that ignores SIGTERM is gone within four seconds of the stop", async () => {
    host.logIn();
    host.world.setFaults([fault({ command: "listen" }, { group: "hang", mode: "ignore-sigterm" })]);
    const stop = new AbortController();
    const running = host.run(stop.signal);
    await host.world.waitForListening("default", 90_000);
    const pid = host.world.listenerPid("default");
    const startedMs = performance.now();
    stop.abort();
    await running;
    expect(performance.now() - startedMs).toBeLessThan(4000);
    expect(() => process.kill(pid ?? 0, 0)).toThrowError("ESRCH");
  });

  test("an account whose start fails halfway leaves nothing of it open", async () => {
    host.logIn();
    const now = () => Date.now();
    const setTimeout = () => {
      throw new Error("không có đồng hồ");
    };
    host.parts = { clock: { now, setTimeout } };
    await expect(host.run(new AbortController().signal)).rejects.toThrowError("không có đồng hồ");
    expect(journalSnapshot("default")).toBeUndefined();
    expect(listens()).toEqual([]);
  });

  test("a missing program is blocked with its remedy and without any spawn", async () => {
    host.logIn();
    host.settings = { zcaBinary: path.join(host.world.home, "không có", "zca") };
    const stop = new AbortController();
    const running = host.run(stop.signal);
    await vi.waitFor(() => expect(host.status().lifecycle).toBe("blocked"), patience);
    expect(host.status().lastError).toMatch(/ZCA_NOT_FOUND/u);
    expect(host.status().terminalDisconnect).not.toBe(true);
    stop.abort();
    await running;
    expect(host.world.journal()).toEqual([]);
  });

  test("a program that is not zca is named as such", async () => {
    const program = path.join(host.world.home, "zca-giả");
    writeFileSync(program, "#!/bin/sh\necho xin chào\n");
    chmodSync(program, 0o755);
    host.logIn();
    host.settings = { zcaBinary: program };
    const stop = new AbortController();
    const running = host.run(stop.signal);
    await vi.waitFor(() => expect(host.status().lastError ?? "").toContain("zca"), patience);
    expect(host.status().lifecycle).toBe("blocked");
    stop.abort();
    await running;
  });

  test("two accounts logged in as one person start nothing: both would answer every message", async () => {
    host.logIn();
    openAccountState("work").login.write({ uid: host.uid, atMs: 1, byLogin: true });
    host.settings = { defaultAccount: "default", accounts: { work: {} } };
    expect(await host.run(new AbortController().signal)).toBe("ended");
    expect(host.status().lastError).toMatch(/"default" and "work" are logged in as the same Zalo user/u);
    expect(host.world.journal()).toEqual([]);
  });

  test("two accounts on one profile start nothing, until the config keeps them apart", async () => {
    host.logIn();
    host.settings = { defaultAccount: "default", accounts: { work: { profile: "default" } } };
    const stop = new AbortController();
    const running = host.run(stop.signal);
    await vi.waitFor(() => expect(host.status().lifecycle).toBe("blocked"), patience);
    expect(host.status().lastError).toMatch(/"default" and "work".*CONFIG_PROFILE_SHARED/su);
    expect(host.world.journal()).toEqual([]);
    // The host restarts the account "work" for this, and nobody else.
    host.settings = { defaultAccount: "default", accounts: { work: { profile: "work" } } };
    await host.world.waitForListening("default", 90_000);
    stop.abort();
    await running;
  });
});
