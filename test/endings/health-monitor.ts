import type { ChannelGatewayContext } from "openclaw/plugin-sdk/channel-contract";

export type Snapshot = ReturnType<ChannelGatewayContext["getStatus"]>;

export interface Health {
  readonly healthy: boolean;
  readonly reason: string;
}

const connectGraceMs = 120_000;
const reconnectGraceMs = 120_000;
const staleMs = 30 * 60_000;

/**
 * Whether OpenClaw 2026.9.6 takes an account for healthy: what its health monitor decides restarts by. The host exports
 * none of it; `health-monitor.test.ts` holds it against the host's own code. Turns in progress are left out.
 */
export function judgeHealth(snapshot: Snapshot, nowMs: number): Health {
  const { lifecycle, connected, running } = snapshot;
  if (snapshot.enabled === false || snapshot.configured === false || snapshot.linked === false)
    return well("unmanaged");
  if (running !== true && snapshot.terminalDisconnect === true) return ill("terminal-disconnect");
  if (lifecycle === "blocked") return ill("blocked");
  const startedAtMs = typeof snapshot.lastStartAt === "number" ? snapshot.lastStartAt : undefined;
  const isFresh = startedAtMs !== undefined && startedAtMs <= nowMs && nowMs - startedAtMs < connectGraceMs;
  if (isFresh && (lifecycle === "starting" || lifecycle === "recovering")) return well("startup-connect-grace");
  if (lifecycle === "stopped" || running !== true) return ill("not-running");
  if (isFresh && lifecycle === undefined) return well("startup-connect-grace");
  if (connected === false) {
    const lost = snapshot.lastDisconnect;
    const lostAtMs = typeof lost === "object" && lost !== null && lost.at <= nowMs ? lost.at : undefined;
    const isOfThisStart = lostAtMs !== undefined && (startedAtMs === undefined || lostAtMs >= startedAtMs);
    return isOfThisStart && nowMs - lostAtMs < reconnectGraceMs ? well("reconnect-grace") : ill("disconnected");
  }
  const heardAtMs = snapshot.lastTransportActivityAt;
  if (connected === true && typeof heardAtMs === "number" && heardAtMs <= nowMs) {
    const isStale =
      startedAtMs !== undefined && heardAtMs < startedAtMs
        ? startedAtMs > nowMs || nowMs - startedAtMs > staleMs
        : nowMs - heardAtMs > staleMs;
    return isStale ? ill("stale-socket") : well("healthy");
  }
  return well("healthy");
}

/** Reasons the monitor leaves alone: it waits for a person, or for the channel itself. */
const leftAlone = new Set(["blocked", "terminal-disconnect"]);

/** Why the monitor would restart the account if it looked at this moment. */
export function restartReason(snapshot: Snapshot, nowMs: number): string | undefined {
  const { healthy, reason } = judgeHealth(snapshot, nowMs);
  return healthy || leftAlone.has(reason) ? undefined : reason;
}

const checkEveryMs = 300_000;
const startupGraceMs = 60_000;
const cooldownMs = 2 * checkEveryMs;
const restartsPerHour = 10;

export interface Monitored {
  status(): Snapshot;
  /** The host is about to start the account again by itself. */
  isRestartScheduled(): boolean;
  /** Stops the account if it runs and starts it with fresh attempts. */
  restart(): Promise<void>;
}

/** The monitor's periodic check; `reasons` lists why it restarted. To be called at every whole minute. */
export function createHealthMonitor(account: Monitored, bootedAtMs: number) {
  const reasons: string[] = [];
  let restarts: readonly number[] = [];
  let nextCheckAtMs = bootedAtMs + startupGraceMs;
  return {
    reasons,
    async check(nowMs: number): Promise<void> {
      if (nowMs < nextCheckAtMs) return;
      nextCheckAtMs = nowMs + checkEveryMs;
      const reason = restartReason(account.status(), nowMs);
      if (reason === undefined || account.isRestartScheduled()) return;
      const last = restarts.at(-1);
      if (last !== undefined && nowMs - last <= cooldownMs) return;
      restarts = restarts.filter((at) => nowMs - at < 60 * 60_000);
      if (restarts.length >= restartsPerHour) return;
      restarts = [...restarts, nowMs];
      reasons.push(reason);
      await account.restart();
    },
  };
}

function well(reason: string): Health {
  return { healthy: true, reason };
}

function ill(reason: string): Health {
  return { healthy: false, reason };
}
