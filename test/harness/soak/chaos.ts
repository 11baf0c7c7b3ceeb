import { fault, type JournalEntry } from "../../../sim/control.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import { isSending } from "../evidence.ts";
import type { Random } from "../random.ts";
import type { SoakHost } from "./host.ts";
import type { People } from "./people.ts";

export interface Chaos {
  /** Does one bad thing; its name, or undefined when there was nothing to do it to. */
  strike(): Promise<string | undefined>;
  /** What was done, how often. */
  readonly counts: ReadonlyMap<string, number>;
  /** Ends all trouble; accounts that wait for a login get it. */
  mend(): Promise<void>;
}

/** How long a dead session stays dead before somebody logs in again. */
const loggedOutMs = 3000;
const networkDownMs = 2000;
/** How long it is waited for a send to kill. */
const sendWithinMs = 5000;

export interface ChaosOptions {
  readonly host: SoakHost;
  readonly people: People;
  readonly random: Random;
  readonly durationMs: number;
  /** Part of the names of what may go wrong. Default: all. */
  readonly only?: string | undefined;
}

/** Everything that goes wrong in a soak, by a seed. */
export function createChaos({ host, people, random, durationMs, only = "" }: ChaosOptions): Chaos {
  const { world, cast } = host;
  const counts = new Map<string, number>();
  const startedAtMs = Date.now();
  let lastKillMs = startedAtMs;
  let throttled = false;
  const logins = new Set<Promise<void>>();

  const strikes: Readonly<Record<string, () => Promise<boolean> | boolean>> = {
    "listener killed"() {
      const pid = world.listenerPid(random.pick(cast.accounts).accountId);
      return kill(pid);
    },
    "listener recycled"() {
      const { accountId } = random.pick(cast.accounts);
      // As from a listener that renews itself: it lets go politely, and the one after it ends with that code.
      world.setFaults([fault({ command: "listen", profile: accountId, first: 1 }, { group: "exit", code: 75 })]);
      return kill(world.listenerPid(accountId), "SIGTERM");
    },
    async "send killed"() {
      // Each lasts for a moment only.
      const running = await waitFor("a send", () => world.journal().find(isInFlight), {
        timeoutMs: sendWithinMs,
        intervalMs: 20,
      }).catch(() => undefined);
      return kill(running?.pid);
    },
    "connection closed"() {
      world.close(random.pick(cast.accounts).accountId, random.pick([1000, 1005, 1006] as const));
      return true;
    },
    "network down"() {
      world.networkDown(networkDownMs);
      return true;
    },
    "answer without id"() {
      const { accountId } = random.pick(cast.accounts);
      world.setFaults([
        fault({ command: "msg send", profile: accountId, first: 1 }, { group: "server", mode: "no-id", when: "sent" }),
      ]);
      return true;
    },
    "send throttled"() {
      // Five minutes of rest follow; only a long run has the time for that.
      if (throttled || durationMs < 7 * 60_000) return false;
      throttled = true;
      const { accountId } = random.pick(cast.accounts);
      world.setFaults([
        fault({ command: "msg send", profile: accountId, first: 1 }, { group: "server", mode: "rate-limit" }),
      ]);
      return true;
    },
    "session expired"() {
      const account = random.pick(cast.accounts);
      world.expireSession(account.accountId);
      const login = new Promise<void>((resolve) => setTimeout(resolve, loggedOutMs)).then(async () => {
        world.logIn(account.accountId, account.uid);
        if (host.isRunning()) await host.logIn(account);
      });
      logins.add(login);
      void login.catch(() => undefined).finally(() => logins.delete(login));
      return true;
    },
    "delivered twice"() {
      people.repeat();
      return true;
    },
    async "host killed"() {
      if (Date.now() - lastKillMs < host.killSpacingMs) return false;
      if (startedAtMs + durationMs - Date.now() < Math.min(8000, durationMs / 3)) return false;
      await host.kill();
      lastKillMs = Date.now();
      // What is asked now reaches a listener whose gateway is gone, or nobody.
      people.ask();
      await host.begin();
      return true;
    },
  };
  const names = Object.keys(strikes).filter((name) => name.includes(only));
  const isKill = names.includes("host killed");

  return {
    counts,
    async strike() {
      // The host first when its time has come, or it would hardly ever be drawn.
      const name =
        isKill && Date.now() - lastKillMs >= host.killSpacingMs && random.below(2) === 0
          ? "host killed"
          : random.pick(names);
      const hasStruck = await strikes[name]?.();
      if (hasStruck !== true) return undefined;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return name;
    },
    async mend() {
      await Promise.allSettled(logins);
      world.setFaults([]);
      world.networkUp();
      for (let round = 1; round <= 2; round += 1) {
        // What comes back by itself needs no login, and each login ends a listener.
        const isUp = () => cast.accounts.every(({ accountId }) => world.isListening(accountId));
        const isBack = await waitFor("all listeners", isUp, { timeoutMs: 40_000 }).catch(() => false);
        if (isBack) return;
        for (const account of await host.blocked()) {
          world.logIn(account.accountId, account.uid);
          await host.logIn(account);
        }
      }
    },
  };
}

function isInFlight(call: JournalEntry): boolean {
  return isSending(call) && call.endedAt === undefined && isAlive(call.pid);
}

function kill(pid: number | undefined, signal: NodeJS.Signals = "SIGKILL"): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
