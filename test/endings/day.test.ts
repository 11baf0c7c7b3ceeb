import { afterEach, beforeEach, describe, expect, test, TestRunner, vi } from "vitest";
import { loginsOfDay } from "../../src/channel/account/logins.ts";
import { standingRefusal } from "../../src/channel/outbound/refused-session.ts";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { accountDetails } from "../../src/channel/operate/inspect.ts";
import type { EndingKind } from "../../src/supervisor/index.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";
import { createSimulatedHost, type Life, type SimulatedHost } from "./simulated-host.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What `npm run bench` reads of a simulated day. */
    bench?: Readonly<Record<string, number>>;
  }
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const login = "openclaw channels login --channel zalouser --account default";

describe("a simulated day with the host's health monitor on", () => {
  let plugin: AccountHost;

  beforeEach(() => {
    plugin = createAccountHost();
    plugin.logIn();
  });

  afterEach(() => {
    vi.useRealTimers();
    plugin.dispose();
  });

  /** Twenty disturbances over the day: ten restarts of the gateway, every third by SIGKILL, and ten writes to its config. */
  async function liveThrough(
    host: SimulatedHost,
    { disturbed, hours = 24 }: { readonly disturbed: boolean; readonly hours?: number },
  ): Promise<void> {
    await host.boot();
    const turns = disturbed ? 20 : 0;
    if (!disturbed) await host.pass(hours * hourMs);
    for (let turn = 0; turn < turns; turn += 1) {
      await host.pass((hours * hourMs) / 20);
      if (turn % 2 === 0) await host.configWrite();
      else {
        await host.shutDown(turn % 3 === 0 ? "killed" : "politely");
        await host.boot();
      }
    }
    await host.shutDown("politely");
  }

  const tell = (counts: Readonly<Record<string, number>>) => {
    const task = TestRunner.getCurrentTest();
    if (task) task.meta.bench = counts;
  };

  /** The most starts within any stretch of this length. */
  function most(starts: readonly number[], withinMs: number): number {
    return Math.max(0, ...starts.map((from) => starts.filter((at) => at >= from && at < from + withinMs).length));
  }

  test("a dead session costs one login over ten gateway restarts and ten config writes, whatever wants to be sent", async () => {
    const host = createSimulatedHost(plugin, () => ({ ends: { afterMs: 800, kind: "login-refused" } }));
    await liveThrough(host, { disturbed: true });
    expect(host.starts).toHaveLength(1);
    expect(loginsOfDay("default").total).toBeLessThanOrEqual(1);
    tell({ "logins of a dead session in 24 h, 10 restarts, 10 config writes": loginsOfDay("default").total });
    const account = resolveAccount(plugin.config(), "default");
    expect(standingRefusal(account)?.message).toContain(login);
    expect(host.statuses.at(-1)).toMatchObject({ lifecycle: "blocked", terminalDisconnect: true });
    expect(host.statuses.at(-1)?.lastError).toContain(login);
    expect(host.monitored).toEqual([]);
  });

  test.each<[string, Life]>([
    ["at once", { ends: { afterMs: 900, kind: "kicked" } }],
    ["after a moment of connection", { connectsAfterMs: 2_000, ends: { afterMs: 9_000, kind: "kicked" } }],
  ])("an account that is thrown out %s makes at most three tries an hour, over restarts too", async (_when, life) => {
    const host = createSimulatedHost(plugin, () => life);
    await liveThrough(host, { disturbed: true });
    tell({ "tries in an hour of an account thrown out": most(host.starts, hourMs) });
    expect(most(host.starts, hourMs)).toBeLessThanOrEqual(3);
    expect(host.starts.length).toBeGreaterThan(24);
    expect(host.monitored).toEqual([]);
    const cooling = host.statuses.findLast(({ lifecycle }) => lifecycle === "blocked");
    expect(cooling?.terminalDisconnect).not.toBe(true);
    expect(cooling?.lastError).toMatch(/Next try at 2031-01-0\d.*\[ZCA_SESSION_(ENDED|SHARED)\]$/u);
  });

  test("one that is thrown out after ten healthy minutes, again and again, makes no more", async () => {
    const host = createSimulatedHost(plugin, () => ({
      connectsAfterMs: 2_000,
      ends: { afterMs: 600_000, kind: "evicted" },
    }));
    await liveThrough(host, { disturbed: false });
    expect(most(host.starts, hourMs)).toBeLessThanOrEqual(3);
    expect(host.starts.length).toBeGreaterThan(60);
    expect(host.monitored).toEqual([]);
  });

  test.each([
    ["undisturbed", false],
    ["with ten gateway restarts and ten config writes", true],
  ])("a quiet account, %s, makes at most fifty logins a day and is renewed all day", async (_how, disturbed) => {
    const host = createSimulatedHost(plugin, () => ({ connectsAfterMs: 2_000 }));
    await liveThrough(host, { disturbed });
    tell({ "logins of a quiet account in 24 h": loginsOfDay("default").total });
    expect(host.starts.length).toBeLessThanOrEqual(50);
    const gaps = host.starts.slice(1).map((at, index) => at - (host.starts[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(125 * minuteMs);
    expect(host.monitored).toEqual([]);
    const details = accountDetails(resolveAccount(plugin.config(), "default"));
    expect(details.loginsOfDay.byKind).toEqual({ listen: details.loginsOfDay.total });
    expect(details.listener.exits.length).toBeGreaterThan(0);
  });

  test.each<[EndingKind, Life]>([
    ["crash", { ends: { afterMs: 700, kind: "crash" } }],
    ["lock-held", { ends: { afterMs: 700, kind: "lock-held" } }],
    ["silent", {}],
  ])(
    "starts that never connect (%s): six quick ones, then three an hour, and no fresh ones for a restart",
    async (_kind, life) => {
      const host = createSimulatedHost(plugin, () => life);
      await liveThrough(host, { disturbed: true });
      expect(most(host.starts, hourMs)).toBeLessThanOrEqual(9);
      expect(most(host.starts, dayMs)).toBeLessThanOrEqual(6 + 3 * 24);
      expect(host.monitored).toEqual([]);
    },
  );

  test("a connection that drops every ten minutes is back within seconds, and the monitor has no reason to look into it", async () => {
    const host = createSimulatedHost(plugin, () => ({
      connectsAfterMs: 2_000,
      ends: { afterMs: 10 * minuteMs, kind: "closed" },
    }));
    await liveThrough(host, { disturbed: false, hours: 6 });
    expect(host.starts.length).toBeGreaterThan(33);
    expect(host.monitored).toEqual([]);
  });

  test("a connection that drops every minute is taken up again, thirty times an hour at most", async () => {
    const host = createSimulatedHost(plugin, () => ({
      connectsAfterMs: 2_000,
      ends: { afterMs: minuteMs, kind: "closed" },
    }));
    await liveThrough(host, { disturbed: true, hours: 8 });
    expect(most(host.starts, hourMs)).toBeLessThanOrEqual(30);
    expect(host.starts.length).toBeGreaterThan(20 * 8);
    expect(host.monitored).toEqual([]);
  });

  test.each<EndingKind>(["network", "binary-missing"])(
    "%s for six hours: the monitor leaves the account alone",
    async (kind) => {
      const host = createSimulatedHost(plugin, () => ({ ends: { afterMs: 700, kind } }));
      await liveThrough(host, { disturbed: false, hours: 6 });
      expect(host.monitored).toEqual([]);
    },
  );
});
