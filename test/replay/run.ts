import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createWorld, zcaPath, type World } from "../../sim/control.ts";
import { createPlayer, type Machine } from "../../sim/scenario/play.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { populate, withIds, type Names } from "../../sim/scenario/stage.ts";
import { createSteady } from "../../sim/scenario/steady.ts";
import { processesOf } from "../gateway/rig/processes.ts";
import { createFakeHost, type FakeHost } from "../harness/host/child.ts";
import { readRecords } from "../harness/host/record-file.ts";
import type { TurnRecord } from "../harness/host/records.ts";
import { statusOf } from "../harness/status.ts";
import { checkAll, type Outcome, type Seen, settle } from "./expectations.ts";

export interface ReplayOptions {
  /** Folder of the built plugin. */
  readonly dist: string;
  /** Told of each step, and of the people with their ids. */
  readonly say: (line: string) => void;
  /** Called with the world before the first step, and its folder. */
  readonly onWorld?: (world: World, root: string) => void;
  /** Leaves the folder behind. */
  readonly keep?: boolean;
  /** How long expectations may take to come true after the last step. */
  readonly withinMs?: number;
  /** Ends the run, which then throws. */
  readonly signal?: AbortSignal;
}

/** The real queue waits 5, 25, 120 and 600 s between its tries; nobody wants to watch that. */
const backoffMs = [500, 1000, 2000, 4000, 8000];
/** A burst is gathered, a turn runs and an answer leaves at a person's pace in less. */
const quietMs = 2500;

/** Plays a scenario against the plugin on the fake host, in a folder of its own, and says which expectations hold. */
export async function replay(scenario: Scenario, options: ReplayOptions): Promise<readonly Outcome[]> {
  const { dist, say, keep = false, withinMs = 30_000, signal } = options;
  const root = mkdtempSync(path.join(tmpdir(), "zalouser-replay-"));
  const home = path.join(root, "zca");
  mkdirSync(home);
  const world = createWorld(home, { seed: scenario.seed ?? 1 });
  const names = populate(world, scenario);
  const host = createFakeHost(settingsOf(scenario, names, root, dist), home);
  const turns = () => readRecords<TurnRecord>(path.join(root, "turns.jsonl"));
  const machine = machineOf(
    host,
    names,
    createSteady(
      () => pulse(world, turns()),
      quietMs,
      () => performance.now(),
    ),
  );
  const playAll = async () => {
    options.onWorld?.(world, root);
    await host.start({ accounts: [] });
    await machine.loggedIn();
    await untilListening(world, host);
    const play = createPlayer(world, names, machine);
    for (const [index, step] of scenario.steps.entries()) {
      say(`steps[${index}]: ${JSON.stringify(step)}`);
      await play(step).catch((cause: Error) => {
        throw new Error(`steps[${index}] failed. ${cause.message}`, { cause });
      });
    }
    const look = async () => checkAll(scenario.expect, await see(names, world, host, turns()));
    return settle(look, () => machine.isQuiet(), withinMs);
  };
  try {
    return await Promise.race([playAll(), aborted(signal)]);
  } finally {
    await (signal?.aborted === true ? host.kill() : host.stop().catch(() => host.kill()));
    for (const { pid } of await processesOf(root)) end(pid);
    if (!keep) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function untilListening(world: World, host: FakeHost): Promise<void> {
  await world.waitForListening("default").catch(() => {
    const warnings = host.problems.map(({ message }) => `\n  ${message}`).join("");
    throw new Error(
      `The account of this scenario does not start to listen. The log warns of:${warnings || " nothing"}`,
    );
  });
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new Error("Interrupted.")), { once: true });
  });
}

async function see(names: Names, world: World, host: FakeHost, turns: readonly TurnRecord[]): Promise<Seen> {
  const status = await statusOf(host, "default");
  return {
    messages: world.messages(),
    calls: world.journal(),
    asked: turns.flatMap((record) => (record.kind === "recorded" ? [record.text] : [])),
    logged: host.problems.map(({ message }) => message),
    issues: status?.issues.map(({ message }) => message) ?? [],
    names,
  };
}

function settingsOf({ config = {}, agent = [] }: Scenario, names: Names, root: string, dist: string) {
  const channel = withIds(config, names) as Readonly<Record<string, unknown>>;
  return {
    dist,
    root,
    config: { channels: { zalouser: { enabled: true, zcaBinary: zcaPath, ...channel } } },
    accounts: ["default"],
    backoffMs,
    thinkMs: 0,
    agent,
  };
}

function machineOf(host: FakeHost, { bot }: Names, isSteady: () => boolean): Machine {
  return {
    kill: () => host.kill(),
    async restart() {
      if (host.isRunning()) await host.stop();
      await host.start();
    },
    loggedIn: async () => void (await host.ask({ do: "login", accountId: "default", uid: bot.uid, name: bot.name })),
    async isQuiet() {
      const work = await host.ask<{ turns: number; deliveries: number } | undefined>({ do: "work" });
      const isIdle = work === undefined || work.turns + work.deliveries === 0;
      return isSteady() && isIdle;
    },
  };
}

/** Everything whose change means that something goes on. */
function pulse(world: World, turns: readonly TurnRecord[]): string {
  const ended = world.journal().filter(({ endedAt }) => endedAt !== undefined).length;
  return [world.messages().length, world.journal().length, ended, turns.length].join();
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
