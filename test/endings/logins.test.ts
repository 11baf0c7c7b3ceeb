import type { ChildProcess } from "node:child_process";
import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fault } from "../../sim/control.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { beginWithGateway, endWithGateway } from "../../src/channel/gateway-life.ts";
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

  const recorded = () => readPidRecords(openAccountState("default").processFolder).records;

  test("a login of the Control UI ends with the gateway, and none begins before the next one", async () => {
    await startWebLogin({ accountId: "default" });
    const pid = recorded()[0]?.record.pid ?? 0;
    expect(isRunning(pid)).toBe(true);
    await endWithGateway();
    expect(isRunning(pid)).toBe(false);
    expect(pictures()).toEqual([]);
    expect(recorded()).toEqual([]);
    expect(await waitForWebLogin({ accountId: "default" })).toMatchObject({ connected: false });
    await expect(startWebLogin({ accountId: "default" })).rejects.toThrowError(
      /gateway is stopping.*\[LOGIN_FAILED\]$/u,
    );
    await beginWithGateway();
    expect(await startWebLogin({ accountId: "default" })).toHaveProperty("qrDataUrl");
    await endWithGateway();
    await beginWithGateway();
  });

  test("a login whose program ignores SIGTERM ends with the gateway, too, within four seconds", async () => {
    host.world.setFaults([fault({ command: "auth login" }, { group: "hang", when: "start", mode: "ignore-sigterm" })]);
    const started = startWebLogin({ accountId: "default", timeoutMs: 60_000 });
    await vi.waitFor(() => expect(host.world.calls({ command: "auth login" })[0]?.faults).toEqual([0]), patience);
    const pid = recorded()[0]?.record.pid ?? 0;
    const stoppedMs = performance.now();
    await endWithGateway();
    expect(performance.now() - stoppedMs).toBeLessThan(4_000);
    expect(isRunning(pid)).toBe(false);
    expect(await started).toMatchObject({ connected: false });
    await beginWithGateway();
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
