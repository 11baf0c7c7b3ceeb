import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createCast, type Cast } from "../gateway/rig/cast.ts";
import { createHost, type Host } from "../gateway/rig/host.ts";
import { createModel } from "../gateway/rig/model.ts";
import { waitFor } from "../gateway/rig/wait.ts";
import { createZalo } from "../gateway/rig/zalo.ts";
import type { World } from "../../sim/control.ts";
import { createAgent, type Agent } from "./agent.ts";
import { createWorkbench, type Workbench } from "./workbench.ts";

const runFile = promisify(execFile);
const recordLogin = fileURLToPath(new URL("../harness/host/record-login.ts", import.meta.url));

/** A gateway with the plugin linked into it, and a simulated Zalo where one account is logged in. */
export interface Session {
  /** Everything of this session lies below; all its processes name it. */
  readonly root: string;
  readonly host: Host;
  readonly zalo: World;
  readonly agent: Agent;
  readonly cast: Cast;
  readonly bench: Workbench;
  /** Links what was built last, logs in as the assistant, lets Lan in as the owner. */
  readonly install: () => Promise<void>;
  /** Starts the gateway, or starts it again, and waits until the account listens; milliseconds it took. */
  readonly restart: (signal?: AbortSignal) => Promise<number>;
  /** SIGKILL to the gateway. */
  readonly kill: () => Promise<void>;
  readonly isRunning: () => boolean;
  /** Ends everything; nothing of the session is left unless it was to be kept. */
  dispose(): Promise<void>;
}

export interface SessionOptions {
  readonly keep?: boolean;
  /** The gateway has ended, and nobody here wanted it to; told of what it printed last. */
  readonly onDeath?: (lastWords: string) => void;
}

/** Leaves nothing behind when it fails, as when its first `npm` is interrupted. */
export async function createSession(source: string, options: SessionOptions = {}): Promise<Session> {
  const root = await mkdtemp(path.join(tmpdir(), "zalouser-dev-"));
  const bench = createWorkbench(source);
  try {
    return await openSession(root, bench, options);
  } catch (error) {
    await bench.dispose();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

async function openSession(root: string, bench: Workbench, options: SessionOptions): Promise<Session> {
  const { keep = false, onDeath = () => {} } = options;
  const model = await createModel();
  const host = await createHost({ root: path.join(root, "host"), modelUrl: model.url, keep: true });
  const zalo = createZalo(host);
  const cast = createCast({ zalo });
  const agent = createAgent(() => zalo.messages());
  model.on(
    () => true,
    (request) => agent.answer(request),
  );

  /** Pid of the gateway while it is wanted. */
  let wanted: number | undefined;
  const start = async () => {
    await host.gateway.start();
    const pid = host.gateway.pid();
    wanted = pid;
    void host.gateway.ended().then(() => {
      if (wanted !== pid) return;
      wanted = undefined;
      onDeath(host.gateway.output().trimEnd().split("\n").slice(-5).join("\n"));
    });
  };
  const stop = async () => {
    wanted = undefined;
    if (host.gateway.pid() !== undefined) await host.gateway.stop().catch(() => host.gateway.kill());
  };

  return {
    root,
    host,
    zalo,
    agent,
    cast,
    bench,
    isRunning: () => wanted !== undefined,
    async install() {
      const linking = ["plugins", "install", "-l", bench.folder, "--force", "--accept-capabilities"];
      const { code, stdout, stderr } = await host.cli(linking, { installs: true });
      if (code !== 0) throw new Error(`OpenClaw did not take the plugin (exit ${code}).\n${stdout}${stderr}`);
      await host.config.patch((config) => {
        config["channels"] = { zalouser: { enabled: true, dmPolicy: "pairing", allowFrom: [cast.lan.uid] } };
        config["commands"] = { ownerAllowFrom: [`zalouser:${cast.lan.uid}`] };
      });
      await logIn(host, zalo, cast, path.join(bench.folder, "dist"));
    },
    async restart(signal) {
      const startedAt = performance.now();
      const before = zalo.listenerPid("default");
      await stop();
      await start();
      await untilListening(zalo, before, signal);
      return Math.round(performance.now() - startedAt);
    },
    async kill() {
      wanted = undefined;
      await host.gateway.kill();
    },
    async dispose() {
      wanted = undefined;
      await host.dispose();
      await model.close();
      await bench.dispose();
      if (!keep) await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Also ends when the signal is fired; throws after a minute. */
async function untilListening(zalo: World, before: number | undefined, signal?: AbortSignal): Promise<void> {
  const hears = () => zalo.isListening("default") && zalo.listenerPid("default") !== before;
  await waitFor("the account to listen", () => hears() || signal?.aborted, {
    timeoutMs: 60_000,
    explain: () => "The gateway runs; what it warned of stands above, :status says more.",
  });
}

/** What a login leaves behind, without its minute at the phone; in a process of its own, as `channels login` is. */
async function logIn({ folders, env }: Host, zalo: World, { assistant }: Cast, dist: string): Promise<void> {
  zalo.logIn("default", assistant.uid);
  const who = ["default", assistant.uid, assistant.displayName];
  await runFile(process.execPath, [recordLogin, dist, folders.configFile, ...who], { env, cwd: folders.workspace });
}
