import { vi } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { countLogin } from "../../src/channel/account/logins.ts";
import { startAccount, type RunParts } from "../../src/channel/operate/start-account.ts";
import { setupPlugin } from "../../src/channel/setup-plugin.ts";
import type { EndingKind } from "../../src/supervisor/index.ts";
import type { AccountHost } from "../fakes/account-host.ts";
import { fakeClock, settle } from "../fakes/clock.ts";
import { createHealthMonitor, restartReason, type Snapshot } from "./health-monitor.ts";

/** How one listener lives; times in ms after its start. */
export interface Life {
  /** Absent: it never connects. */
  readonly connectsAfterMs?: number;
  /** Absent: it lives until it is told to end. */
  readonly ends?: { readonly afterMs: number; readonly kind: EndingKind };
}

export interface SimulatedHost {
  /** Moments at which a listener was started, in ms after the beginning. */
  readonly starts: number[];
  /** Why the health monitor restarted the account, or would have, had it looked just when something was published. */
  readonly monitored: string[];
  readonly statuses: Snapshot[];
  status(): Snapshot;
  boot(): Promise<void>;
  /** A stop and a start of the account, as the host does after a write to its config. */
  configWrite(): Promise<void>;
  /** Ends the gateway: politely, or as a SIGKILL would, with nothing said to the plugin. */
  shutDown(how: "politely" | "killed"): Promise<void>;
  pass(ms: number): Promise<void>;
}

const minuteMs = 60_000;
const dyingMs = 20;

/**
 * OpenClaw's care for one account over simulated time: link check, start, its ladder of restarts, the health monitor, stops. The
 * plugin is the whole one; only the listeners are made of timers.
 */
export function createSimulatedHost(plugin: AccountHost, lifeOf: (index: number) => Life): SimulatedHost {
  const clock = fakeClock(Date.UTC(2031, 0, 6));
  const beganMs = clock.now();
  vi.useFakeTimers({ toFake: ["Date"], now: beganMs });
  const starts: number[] = [];
  const monitored: string[] = [];
  const statuses: Snapshot[] = [];
  let status: Snapshot = { accountId: "default" };
  let gateway = newGateway();

  function newGateway() {
    return {
      alive: true,
      attempts: 0,
      scheduled: false,
      stop: new AbortController(),
      task: Promise.resolve(),
      monitor: newMonitor(),
    };
  }

  function newMonitor() {
    const account = {
      status: () => status,
      isRestartScheduled: () => gateway.scheduled,
      restart: async () => {
        await stop();
        gateway.attempts = 0;
        await start();
      },
    };
    return createHealthMonitor(account, clock.now());
  }

  const listen: RunParts["listen"] = (_zca, options) => {
    const mine = gateway;
    const life = lifeOf(starts.length);
    starts.push(clock.now() - beganMs);
    countLogin("default", "listen", clock.now());
    const { promise: exited, resolve } = Promise.withResolvers<{ kind: EndingKind; detail: string }>();
    let isOver = false;
    const end = (kind: EndingKind) => {
      isOver = true;
      resolve({ kind, detail: "" });
    };
    const say = (event: "connected" | "heartbeat") => {
      if (!isOver && mine.alive) options.onLine({ kind: "lifecycle", event });
    };
    const beat = () => {
      say("heartbeat");
      if (!isOver && mine.alive) clock.setTimeout(beat, 30_000);
    };
    if (life.connectsAfterMs !== undefined) {
      clock.setTimeout(() => {
        say("connected");
        clock.setTimeout(beat, 30_000);
      }, life.connectsAfterMs);
    }
    const { ends } = life;
    if (ends !== undefined) clock.setTimeout(() => end(ends.kind), ends.afterMs);
    return {
      pid: undefined,
      exited,
      stop: async () => {
        clock.setTimeout(() => end("crash"), dyingMs);
        await exited;
      },
      stats: () => ({ lines: 0, messages: 0, heartbeats: 0, oversize: 0, malformed: {} }),
    };
  };

  async function start(): Promise<void> {
    const mine = gateway;
    const account = resolveAccount(plugin.config(), "default");
    if ((await setupPlugin.config.isLinked?.(account, plugin.config())) === "not-linked") {
      status = { ...status, linked: false, running: false };
      return;
    }
    mine.stop = new AbortController();
    const { signal } = mine.stop;
    status = {
      accountId: "default",
      enabled: true,
      configured: true,
      linked: true,
      running: true,
      lifecycle: "starting",
      lastStartAt: clock.now(),
      lastError: null,
    };
    const context = {
      cfg: plugin.config(),
      accountId: "default",
      account,
      abortSignal: signal,
      runtime: { log() {}, error() {}, exit() {} },
      getStatus: () => status,
      setStatus: (next: Snapshot) => {
        if (!mine.alive || signal.aborted) return;
        status = { ...status, ...next };
        statuses.push(status);
        // Its check may come at any moment, not only when it happens to in a simulated day.
        const reason = status.lifecycle === "stopped" ? undefined : restartReason(status, clock.now());
        if (reason !== undefined) monitored.push(`could be: ${reason}`);
      },
    };
    const parts = { clock, random: () => 0.5, listen, watchMs: minuteMs };
    mine.task = startAccount(context, parts).then(
      () => ended(mine, signal),
      () => ended(mine, signal),
    );
    await settle();
  }

  function ended(mine: typeof gateway, signal: AbortSignal): void {
    if (!mine.alive || signal.aborted) return;
    status = { ...status, running: false, connected: false };
    if (status.terminalDisconnect === true || mine.attempts >= 10) return;
    const delayMs = Math.min(5_000 * 2 ** mine.attempts, 300_000);
    mine.attempts += 1;
    mine.scheduled = true;
    clock.setTimeout(() => {
      mine.scheduled = false;
      if (mine.alive) void start();
    }, delayMs);
  }

  async function stop(): Promise<void> {
    gateway.stop.abort();
    await advance(2 * dyingMs);
    await gateway.task;
    status = { ...status, running: false, connected: false, lifecycle: "stopped" };
  }

  /** The plugin's own dates follow the clock in small steps. */
  async function advance(ms: number): Promise<void> {
    await clock.advance(ms);
    vi.setSystemTime(clock.now());
  }

  return {
    starts,
    monitored,
    statuses,
    status: () => status,
    async boot() {
      gateway = newGateway();
      await start();
    },
    async configWrite() {
      await stop();
      await start();
    },
    async shutDown(how) {
      const old = gateway;
      if (how === "politely") await stop();
      old.alive = false;
      monitored.push(...old.monitor.reasons);
      if (how === "killed") old.stop.abort();
      await advance(2 * dyingMs);
    },
    async pass(ms) {
      for (let left = ms; left > 0; left -= minuteMs) {
        await advance(Math.min(left, minuteMs));
        await gateway.monitor.check(clock.now());
      }
    },
  };
}
