import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fault } from "../../sim/control.ts";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { recordLogin } from "../../src/channel/login/after-login.ts";
import { logoutAccount } from "../../src/channel/login/logout.ts";
import { status } from "../../src/channel/status.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const stranger = "4400912847765512999";
const patience = { timeout: 60_000, interval: 20 };
const login = "openclaw channels login --channel zalouser --account default";
const logout = "openclaw channels logout --channel zalouser --account default";

describe("sessions", { timeout: 120_000 }, () => {
  let host: AccountHost;
  /** Another one each time: what the plugin remembers of a conversation outlives a test. */
  let lan: string;
  let people = 0;

  beforeEach(() => {
    host = createAccountHost();
    people += 1;
    lan = `51200344987712${String(people).padStart(5, "0")}`;
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.addAccount({ uid: stranger, displayName: "Người khác" });
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
    host.answer = async ({ text }) => `Đã nghe: ${text}`;
    host.parts = { watchMs: 50, settings: { slowFirstMinMs: 300, slowFirstMaxMs: 600 } };
    host.logIn();
  });

  afterEach(() => host.dispose());

  const account = () => resolveAccount(host.config(), "default");
  const ready = () => vi.waitFor(() => expect(host.status().lifecycle).toBe("ready"), patience);
  const calls = (command: string) => host.world.calls({ command }).length;
  const say = (text: string) => host.world.say({ from: lan, to: host.uid, text });
  const answered = (text: string) => host.world.waitForMessage((message) => message.text.includes(text), 40_000);
  const issues = async () => {
    const snapshot = await status.buildAccountSnapshot?.({
      account: account(),
      cfg: host.config(),
      runtime: host.status(),
    });
    return snapshot === undefined ? [] : (status.collectStatusIssues?.([snapshot]) ?? []);
  };
  const scannedBy = (uid: string) => {
    host.world.logIn("default", uid);
    recordLogin(account(), { uid });
  };
  const logOut = () =>
    logoutAccount({
      cfg: host.config(),
      accountId: "default",
      account: account(),
      runtime: { log() {}, error() {}, exit() {} },
    });

  test("a login made while a start with the dead session is on its way is not blocked by what that start finds", async () => {
    // Nothing else may notice the login first.
    host.parts = { ...host.parts, watchMs: 3_600_000 };
    host.world.setFaults([
      fault({ command: "listen", first: 1 }, { group: "start", mode: "slow", ms: 3000 }),
      fault({ command: "listen", first: 1 }, { group: "exit", when: "start", error: "Đăng nhập thất bại" }),
    ]);
    const stopping = new AbortController();
    const running = host.run(stopping.signal);
    await vi.waitFor(() => expect(calls("listen")).toBe(1), patience);
    scannedBy(host.uid);
    await ready();
    expect(calls("listen")).toBe(2);
    expect(existsSync(path.join(openAccountState("default").folder, "verdict.json"))).toBe(false);
    stopping.abort();
    await running;
  });

  test("a session that expires while the listener still hears: one refused send, no storm, blocked, and back with a login", async () => {
    host.world.setFaults([
      fault({ command: "msg send" }, { group: "exit", when: "start", code: 1, stderr: "Error: Đăng nhập thất bại\n" }),
    ]);
    const running = host.run(new AbortController().signal);
    await host.world.waitForListening("default", 90_000);
    await ready();
    say("một");
    await vi.waitFor(() => expect(calls("msg send")).toBe(1), patience);
    await vi.waitFor(
      async () =>
        expect(await issues()).toContainEqual(
          expect.objectContaining({ kind: "auth", message: expect.stringContaining(login) }),
        ),
      patience,
    );
    say("hai");
    say("ba");
    await vi.waitFor(() => expect(host.turns.length).toBeGreaterThanOrEqual(2), patience);
    // Nothing more was tried: each try would be one more refused login.
    expect(calls("msg send")).toBe(1);
    host.world.expireSession(host.uid);
    expect(await running).toBe("ended");
    expect(host.status()).toMatchObject({ lifecycle: "blocked", terminalDisconnect: true });
    expect(host.status().lastError).toContain(login);
    expect(calls("listen")).toBe(2);
    expect(await host.run(new AbortController().signal)).toBe("not-linked");
    host.world.setFaults([]);
    host.logIn();
    await host.during(async () => {
      await ready();
      say("bốn");
      await answered("Đã nghe: bốn");
    });
  });

  test("a refusal that passes is forgotten with the next login of the listener", async () => {
    host.world.setFaults([
      fault(
        { command: "msg send", first: 1 },
        { group: "exit", when: "start", code: 1, stderr: "Error: Đăng nhập thất bại\n" },
      ),
    ]);
    await host.during(async () => {
      await ready();
      say("một");
      await vi.waitFor(() => expect(calls("msg send")).toBe(1), patience);
      await vi.waitFor(async () => expect((await issues()).map(({ kind }) => kind)).toContain("auth"), patience);
      const pid = host.world.listenerPid("default");
      host.world.close("default", 1006);
      await vi.waitFor(() => expect(host.world.listenerPid("default") ?? pid).not.toBe(pid), patience);
      await ready();
      await host.world.waitForListening("default", 90_000);
      say("hai");
      await answered("Đã nghe: hai");
      expect((await issues()).map(({ kind }) => kind)).not.toContain("auth");
    });
  });

  test("a login by another person blocks the running account at once: both are named, nothing is heard or sent as them", async () => {
    const running = host.run(new AbortController().signal);
    await host.world.waitForListening("default", 90_000);
    await ready();
    expect(() => scannedBy(stranger)).toThrowError(/ZCA_WRONG_ACCOUNT/u);
    expect(await running).toBe("ended");
    expect(host.status()).toMatchObject({ lifecycle: "blocked", terminalDisconnect: true });
    for (const words of [host.uid, stranger, login, logout]) expect(host.status().lastError).toContain(words);
    expect(await host.run(new AbortController().signal)).toBe("not-linked");
    expect(calls("me id") + calls("msg send")).toBe(0);
    expect(calls("listen")).toBe(1);
    host.logIn();
    await host.during(async () => {
      await ready();
      say("anh về rồi");
      await answered("Đã nghe: anh về rồi");
    });
  });

  test("another person by hand, outside of us, is found out by one question and blocked", async () => {
    const running = host.run(new AbortController().signal);
    await host.world.waitForListening("default", 90_000);
    await ready();
    host.world.logIn("default", stranger);
    expect(await running).toBe("ended");
    for (const words of [host.uid, stranger, login, logout]) expect(host.status().lastError).toContain(words);
    for (let restart = 0; restart < 3; restart += 1)
      expect(await host.run(new AbortController().signal)).toBe("not-linked");
    expect([calls("me id"), calls("listen"), calls("msg send")]).toEqual([1, 1, 0]);
  });

  test("the same person by hand costs one question and goes on with the new session", async () => {
    await host.during(async () => {
      await ready();
      const pid = host.world.listenerPid("default");
      host.world.logIn("default", host.uid);
      await vi.waitFor(() => expect(host.world.listenerPid("default") ?? pid).not.toBe(pid), patience);
      await ready();
      await host.world.waitForListening("default", 90_000);
      say("vẫn là tôi");
      await answered("Đã nghe: vẫn là tôi");
    });
    expect([calls("me id"), calls("listen")]).toEqual([1, 2]);
  });

  test("who is behind the profile is asked ever more seldom while Zalo does not answer, and nothing starts meanwhile", async () => {
    host.world.setFaults([
      fault({ command: "me id" }, { group: "exit", when: "start", code: 1, stderr: "Error: fetch failed\n" }),
    ]);
    host.world.logIn("default", stranger);
    const stop = new AbortController();
    const running = host.run(stop.signal);
    await vi.waitFor(() => expect(host.status().lastError).toMatch(/\[ZCA_NETWORK\] Next try at /u), patience);
    expect(host.status()).toMatchObject({ lifecycle: "blocked", connected: false });
    expect(host.status().terminalDisconnect).not.toBe(true);
    stop.abort();
    await running;
    expect([calls("me id"), calls("listen")]).toEqual([1, 0]);
  });

  test("after a logout another person may take over, inherits nothing, and gives it back the same way", async () => {
    const { folder } = openAccountState("default");
    await host.during(async () => {
      await ready();
      say("một");
      await answered("Đã nghe: một");
    });
    expect(existsSync(path.join(folder, "journal.sqlite"))).toBe(true);
    await logOut();
    expect(await host.run(new AbortController().signal)).toBe("not-linked");
    scannedBy(stranger);
    await host.during(ready);
    expect(existsSync(path.join(folder, "former", host.uid, "journal.sqlite"))).toBe(true);
    expect(host.problems.join("\n")).toContain(`what belongs to the user ${host.uid}`);
    await logOut();
    scannedBy(host.uid);
    await host.during(ready);
    expect(readdirSync(path.join(folder, "former"))).toContain(stranger);
    expect(openAccountState("default").person.read()).toMatchObject({ uid: host.uid });
  });
});
