import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createWorld, zcaPath, type World } from "../../sim/control.ts";
import { processesOf } from "../gateway/rig/processes.ts";
import { waitFor } from "../gateway/rig/wait.ts";
import type { BreakName } from "./breaks.ts";
import { channelConfig, createCast, leastGapMs, type Cast } from "./cast.ts";
import { callsIn, deliveredIn, reportedIn, turnsIn } from "./evidence.ts";
import { createFakeHost, type FakeHost } from "./host/child.ts";
import type { CrashPoint } from "./host/messages.ts";
import { createHearing, type Hearing } from "./hearing.ts";
import { leftoversOf } from "./leftovers.ts";
import type { Evidence, Judgement, Said } from "./evidence-types.ts";
import { judge } from "./oracle.ts";
import { createPatience } from "./patience.ts";

/** A simulated Zalo, its people, and a fake host with the plugin on it, in a folder of their own. */
export interface Scene {
  readonly root: string;
  readonly world: World;
  readonly cast: Cast;
  readonly host: FakeHost;
  /** Pids of the host's lives. */
  readonly lives: number[];
  /** What was said and what became of it must be known. */
  readonly said: Said[];
  readonly hearing: Hearing;
  /** Starts a life of the host. */
  begin(changes?: { readonly crash?: CrashPoint | undefined; readonly zcaBinary?: string | undefined }): Promise<void>;
  /** What a login on the phone leaves, for every account, which is then started. */
  logIn(): Promise<void>;
  /** Waits until every account listens. */
  listening(timeoutMs?: number): Promise<void>;
  /** Waits until nothing is being worked on and everything said is answered, as far as that can be seen; false: not in time. */
  quiet(timeoutMs: number): Promise<boolean>;
  evidence(more?: Partial<Evidence>): Promise<Evidence>;
  judge(more?: Partial<Evidence>): Promise<Judgement>;
  dispose(): Promise<void>;
}

/** What a scene that was stopped left, to begin others where it ended. */
export interface Prepared {
  readonly root: string;
  readonly cast: Cast;
  readonly said: readonly Said[];
  readonly lives: readonly number[];
}

export interface SceneOptions {
  readonly dist: string;
  readonly seed: number;
  /** Begins with a copy of this; `size` does not count then. */
  readonly from?: Prepared;
  readonly size?: { readonly accounts: number; readonly friends: number; readonly groups: number };
  readonly backoffMs?: readonly number[];
  readonly debounceMs?: number;
  readonly thinkMs?: number;
  /** The promise that is switched off: waiting ends, by throwing `BreachSeen`, as soon as a breach is seen. */
  readonly broken?: BreakName | undefined;
}

/** The real queue gives up after 5, 25, 120 and 600 s; here the steps are short and there are more of them. */
const quickBackoffMs = [500, 1000, 2000, 4000, ...Array.from({ length: 14 }, () => 8000)];

export function createScene(options: SceneOptions): Scene {
  const { from } = options;
  const root = mkdtempSync(path.join(tmpdir(), "zalouser-harness-"));
  const zaloHome = path.join(root, "zca");
  if (from === undefined) mkdirSync(zaloHome);
  else copyScene(from.root, root);
  const world = createWorld(zaloHome, { seed: options.seed });
  const cast = from?.cast ?? createCast(world, options.size ?? { accounts: 1, friends: 2, groups: 1 });
  const configWith = (zcaBinary: string) => ({
    channels: { zalouser: channelConfig(cast, zcaBinary, leastGapMs(options.broken)) },
    messages: { inbound: { debounceMs: options.debounceMs ?? 150 } },
  });
  const host = createFakeHost(
    {
      dist: options.dist,
      root,
      config: configWith(zcaPath),
      accounts: cast.accounts.map(({ accountId }) => accountId),
      backoffMs: options.backoffMs ?? quickBackoffMs,
      thinkMs: options.thinkMs ?? 50,
    },
    zaloHome,
  );
  const lives = [...(from?.lives ?? [])];
  const said = [...(from?.said ?? [])];
  const hearing = createHearing(world, () => host.pid(), said);
  const file = (name: string) => path.join(root, name);

  /** A listener of this life; one that outlived its host is on its way out. */
  const isListening = (accountId: string) => {
    const pid = world.listenerPid(accountId);
    const call = world.journal().findLast((entry) => entry.pid === pid);
    return call?.ppid === host.pid() && world.isListening(accountId);
  };

  const scene: Scene = {
    root,
    world,
    cast,
    host,
    lives,
    said,
    hearing,
    async begin({ crash, zcaBinary } = {}) {
      // Before the first login nothing is started, or that login would end the listener again.
      await host.start({
        ...(lives.length === 0 ? { accounts: [] } : {}),
        ...(crash === undefined ? {} : { crash }),
        ...(zcaBinary === undefined ? {} : { config: configWith(zcaBinary) }),
      });
      const pid = host.pid();
      if (pid !== undefined) lives.push(pid);
    },
    async logIn() {
      for (const { accountId, uid, name } of cast.accounts) await host.ask({ do: "login", accountId, uid, name });
    },
    async listening(timeoutMs = 60_000) {
      await Promise.all(
        cast.accounts.map(({ accountId }) =>
          waitFor(`a listener of ${accountId}`, () => isListening(accountId), { timeoutMs, intervalMs: 200 }),
        ),
      );
    },
    async quiet(timeoutMs) {
      const patience = createPatience(options.broken);
      const isQuiet = async () => {
        if (!host.isRunning()) return false;
        const work = await host.ask<{ turns: number; deliveries: number } | undefined>({ do: "work" });
        const isBusy = work === undefined || work.turns > 0 || work.deliveries > 0;
        if (isBusy && options.broken === undefined) return false;
        const judgement = judge(await scene.evidence({ leftovers: [] }));
        patience.look(judgement, isBusy);
        return !isBusy && !judgement.breaches.some(({ kind }) => kind === "lost" || kind === "unanswered");
      };
      for (const endMs = performance.now() + timeoutMs; performance.now() < endMs;) {
        if (await isQuiet()) return true;
        // Looking is work, too, and many hosts share the machine.
        await delay(200);
      }
      return false;
    },
    evidence: async (more = {}) => ({
      said,
      turns: turnsIn(file("turns.jsonl")),
      delivered: deliveredIn(world),
      calls: callsIn(world, lives),
      reported: reportedIn(file("deliveries.jsonl")),
      uncovered: new Set<string>(),
      leastGapMs: leastGapMs(options.broken),
      leftovers: more.leftovers ?? (await leftoversOf({ root, zaloHome, ...stateFolders(root) })),
      ...more,
    }),
    judge: async (more) => judge(await scene.evidence(more)),
    async dispose() {
      await host.kill();
      for (const { pid } of await processesOf(root)) end(pid);
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return scene;
}

/** Everything a host and its Zalo keep; what is temporary is made anew. Times of files count as evidence. */
function copyScene(from: string, to: string): void {
  const isKept = (file: string) => path.relative(from, file).split(path.sep)[0] !== "tmp";
  cpSync(from, to, { recursive: true, preserveTimestamps: true, filter: isKept });
}

function stateFolders(root: string): { state: string; temp: string } {
  return { state: path.join(root, "state"), temp: path.join(root, "tmp") };
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
