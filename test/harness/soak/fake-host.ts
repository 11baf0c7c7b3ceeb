import type { BreakName } from "../breaks.ts";
import { reportedIn, turnsIn } from "../evidence.ts";
import { leftoversOf } from "../leftovers.ts";
import { createScene } from "../scene.ts";
import { admitsUncovered, statusOf } from "../status.ts";
import { soakSize, type SoakHost } from "./host.ts";
import path from "node:path";

interface FakeSoakOptions {
  readonly killSpacingMs?: number;
  readonly size?: typeof soakSize;
  readonly broken?: BreakName;
}

/** The soak on our own host in a process beside this one. */
export async function createFakeSoakHost(
  dist: string,
  seed: number,
  { killSpacingMs = 18_000, size = soakSize, broken }: FakeSoakOptions = {},
): Promise<SoakHost> {
  const scene = createScene({ dist, seed, size, broken, thinkMs: 200 });
  const { host, world, cast, root, lives } = scene;
  const file = (name: string) => path.join(root, name);
  const statuses = () =>
    Promise.all(cast.accounts.map(async (account) => ({ account, status: await statusOf(host, account.accountId) })));
  let isFirst = true;
  return {
    world,
    cast,
    lives,
    killSpacingMs,
    askSpacingMs: 0,
    // It tells an answer only when it has given it up, and our queue may rest and pause for minutes before that.
    calmMs: 8 * 60_000,
    async begin() {
      await scene.begin();
      if (isFirst) await scene.logIn();
      isFirst = false;
    },
    kill: () => host.kill(),
    stop: async () => void (await host.stop()),
    isRunning: () => host.isRunning(),
    pid: () => host.pid(),
    logIn: async ({ accountId, uid, name }) => void (await host.ask({ do: "login", accountId, uid, name })),
    turns: () => turnsIn(file("turns.jsonl")),
    reported: async () => reportedIn(file("deliveries.jsonl")),
    async uncovered() {
      const all = await statuses();
      return new Set(all.filter(({ status }) => admitsUncovered(status)).map(({ account }) => account.accountId));
    },
    async blocked() {
      const all = await statuses();
      return all.filter(({ status }) => status?.snapshot.lifecycle === "blocked").map(({ account }) => account);
    },
    async open() {
      const work = await host.ask<{ turns: number; deliveries: number } | undefined>({ do: "work" });
      return work === undefined ? 1 : work.turns + work.deliveries;
    },
    memory: async () => (await host.ask<{ heapUsed: number } | undefined>({ do: "memory" }))?.heapUsed,
    memorySpacingMs: 5000,
    memoryLimitMbPerMinute: 4,
    leftovers: () =>
      leftoversOf({ root, zaloHome: world.home, state: path.join(root, "state"), temp: path.join(root, "tmp") }),
    problems: async () => host.problems.slice(-25).map(({ message }) => message.slice(0, 300)),
    dispose: () => scene.dispose(),
  };
}
