import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createCast, type Cast } from "../gateway/rig/cast.ts";
import { createHost, type Host } from "../gateway/rig/host.ts";
import { successorOf } from "../gateway/rig/listening.ts";
import { createModel, type Model } from "../gateway/rig/model.ts";
import { createZalo } from "../gateway/rig/zalo.ts";
import type { World } from "../../sim/control.ts";
import { echo } from "./echo.ts";
import { createWorkbench, type Workbench } from "./workbench.ts";

const runFile = promisify(execFile);
const recordLogin = fileURLToPath(new URL("../harness/host/record-login.ts", import.meta.url));

/** A gateway with the plugin linked into it, and a simulated Zalo where one account is logged in. */
export interface Session {
  /** Everything of this session lies below; all its processes name it. */
  readonly root: string;
  readonly host: Host;
  readonly zalo: World;
  readonly model: Model;
  readonly cast: Cast;
  readonly bench: Workbench;
  /** Links what was built last, logs in as the assistant, lets Lan in as the owner. */
  readonly install: () => Promise<void>;
  /** Starts the gateway, or starts it again, and waits until the account listens; milliseconds it took. */
  readonly restart: () => Promise<number>;
  /** Ends everything; nothing of the session is left unless it was to be kept. */
  dispose(): Promise<void>;
}

export async function createSession(source: string, { keep = false } = {}): Promise<Session> {
  const root = await mkdtemp(path.join(tmpdir(), "zalouser-dev-"));
  const bench = createWorkbench(source);
  const model = await createModel();
  const host = await createHost({ root: path.join(root, "host"), modelUrl: model.url, keep: true });
  const zalo = createZalo(host);
  const cast = createCast({ zalo });
  model.on(
    () => true,
    (request) => echo(request, zalo.messages()),
  );
  return {
    root,
    host,
    zalo,
    model,
    cast,
    bench,
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
    async restart() {
      const startedAt = performance.now();
      const before = zalo.listenerPid("default");
      if (host.gateway.pid() !== undefined) await host.gateway.stop().catch(() => host.gateway.kill());
      await host.gateway.start();
      await successorOf({ zalo, host }, "default", before);
      return Math.round(performance.now() - startedAt);
    },
    async dispose() {
      await host.dispose();
      await model.close();
      bench.dispose();
      if (!keep) await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What a login leaves behind, without its minute at the phone; in a process of its own, as `channels login` is. */
async function logIn({ folders, env }: Host, zalo: World, { assistant }: Cast, dist: string): Promise<void> {
  zalo.logIn("default", assistant.uid);
  const who = ["default", assistant.uid, assistant.displayName];
  await runFile(process.execPath, [recordLogin, dist, folders.configFile, ...who], { env, cwd: folders.workspace });
}
