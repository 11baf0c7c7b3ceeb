import type { ChildProcess } from "node:child_process";
import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openAccountState } from "../../src/channel/account/state.ts";
import { acceptRisk } from "../../src/channel/login/risk.ts";
import { loginInTerminal } from "../../src/channel/login/terminal.ts";
import { startWebLogin, waitForWebLogin } from "../../src/channel/login/web.ts";
import { readPidRecords } from "../../src/zca/process/pid-records.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";
import { isRunning } from "../fixtures/scripted-zca.ts";
import { doomed, kill } from "./doomed-process.ts";

const patience = { timeout: 60_000, interval: 20 };

describe("two logins of one account at once", { timeout: 120_000 }, () => {
  let host: AccountHost;
  const others: ChildProcess[] = [];

  beforeEach(() => {
    host = createAccountHost();
    acceptRisk("default");
  });

  afterEach(async () => {
    for (const other of others.splice(0)) await kill(other);
    host.dispose();
  });

  const inTerminal = () =>
    loginInTerminal({ cfg: host.config(), accountId: "default", runtime: { log() {}, error() {}, exit() {} } });
  const pictures = () =>
    readdirSync(openAccountState("default").folder).filter((name) => name.startsWith("zalouser-login-"));
  const phone = async () => {
    const [code] = await vi.waitFor(() => {
      const pending = host.world.pendingLogins();
      expect(pending).toHaveLength(1);
      return pending;
    }, patience);
    host.world.scanQr(code?.payload ?? "", { as: host.uid });
    host.world.confirmQr(code?.payload ?? "");
  };

  test("the second process is refused and leaves nothing; after a kill of the first the next login goes through", async () => {
    const first = await doomed("qr", "login");
    others.push(first);
    await expect(inTerminal()).rejects.toThrowError(
      /Zalo account "default": .*already running.*openclaw channels login --channel zalouser --account default \[LOGIN_IN_PROGRESS\]$/u,
    );
    expect(pictures()).toHaveLength(1);
    expect(host.world.pendingLogins()).toHaveLength(1);
    const [abandoned] = readPidRecords(openAccountState("default").processFolder).records;
    await kill(first);
    host.world.expireQr(host.world.pendingLogins()[0]?.payload ?? "");
    const again = inTerminal();
    await phone();
    await again;
    expect(isRunning(abandoned?.record.pid ?? 0)).toBe(false);
    expect(pictures()).toEqual([]);
    expect(openAccountState("default").login.read()).toMatchObject({ uid: host.uid, byLogin: true });
  });

  test("a terminal is refused while the Control UI logs in, which goes on undisturbed", async () => {
    await startWebLogin({ accountId: "default" });
    await expect(inTerminal()).rejects.toThrowError(/\[LOGIN_IN_PROGRESS\]$/u);
    await phone();
    expect(await waitForWebLogin({ accountId: "default", timeoutMs: 60_000 })).toMatchObject({ connected: true });
    expect(pictures()).toEqual([]);
  });

  test("the Control UI is refused while a terminal logs in, and says so", async () => {
    const first = await doomed("qr", "login");
    others.push(first);
    const { message, connected } = await startWebLogin({ accountId: "default" });
    expect(connected).toBe(false);
    expect(message).toContain("[LOGIN_IN_PROGRESS]");
    expect(pictures()).toHaveLength(1);
  });

  test("another person who scans is told apart at once, and nothing of the login is kept", async () => {
    const stranger = "4400912847765512999";
    host.world.addAccount({ uid: stranger, displayName: "Người khác" });
    host.logIn();
    const attempt = inTerminal();
    const [code] = await vi.waitFor(() => {
      expect(host.world.pendingLogins()).toHaveLength(1);
      return host.world.pendingLogins();
    }, patience);
    host.world.scanQr(code?.payload ?? "", { as: stranger });
    host.world.confirmQr(code?.payload ?? "");
    await expect(attempt).rejects.toThrowError(new RegExp(`${stranger} instead of ${host.uid}.*channels logout`, "u"));
    expect(openAccountState("default").login.read()?.uid).toBe(host.uid);
    expect(await host.run(new AbortController().signal)).toBe("not-linked");
  });
});
