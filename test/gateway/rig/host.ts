import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { baseConfig, createConfigFile, type ConfigFile } from "./config.ts";
import { createFolders, hostEnvironment, installEnvironment, writeNpmConfig, type HostFolders } from "./environment.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { isAlive, processesOf, type HostProcess } from "./processes.ts";
import { startProgram, type ProgramOptions, type ProgramResult, type RunningProgram } from "./program.ts";

const openclaw = fileURLToPath(new URL("../../../node_modules/openclaw/openclaw.mjs", import.meta.url));

export interface HostOptions {
  /** Empty folder of this host; a temporary one by default. */
  readonly root?: string;
  /** Gateway port on loopback; a free one by default. */
  readonly port?: number;
  /** Base URL of an OpenAI-compatible model server. */
  readonly modelUrl?: string;
  /** URL of the registry that serves `@openclaw/zalouser` to installing commands. */
  readonly scopeRegistry?: string;
  /** Leaves the folder behind for a look. */
  readonly keep?: boolean;
}

export type CliOptions = Partial<Pick<ProgramOptions, "input" | "pty" | "timeoutMs" | "onOutput">> & {
  /** Lets this command reach the package registry; all others find it closed. */
  readonly installs?: boolean;
  readonly env?: NodeJS.ProcessEnv;
};

/** An OpenClaw installation of its own: home, state, config, temporary files and log below one folder. */
export interface Host {
  readonly folders: HostFolders;
  readonly port: number;
  readonly config: ConfigFile;
  readonly gateway: Gateway;
  /** Environment of the gateway and all commands; set names before starting what shall see them. */
  readonly env: NodeJS.ProcessEnv;
  /** Puts a folder in front of the others on PATH. */
  addToPath(folder: string): void;
  /** Starts a real `openclaw` command and returns it while it runs. */
  start(args: readonly string[], options?: CliOptions): Promise<RunningProgram>;
  /** Runs a real `openclaw` command to its end. A failing exit code is a result, not an exception. */
  cli(args: readonly string[], options?: CliOptions): Promise<ProgramResult>;
  /** All living processes of this host. */
  processes(): Promise<HostProcess[]>;
  /** The host's log file and what its gateways printed. */
  log(): Promise<string>;
  /** Ends whatever still runs and removes the folder. */
  dispose(): Promise<void>;
}

export async function createHost(options: HostOptions = {}): Promise<Host> {
  const folders = await createFolders(options.root ?? (await mkdtemp(path.join(tmpdir(), "zalouser-host-"))));
  const port = options.port ?? (await freePort());
  const env = hostEnvironment(folders);
  const token = randomBytes(24).toString("hex");
  const secrets = { token, port };
  const config = baseConfig(folders, { ...secrets, ...(options.modelUrl ? { modelUrl: options.modelUrl } : {}) });
  await writeFile(folders.configFile, JSON.stringify(config, undefined, 2), { mode: 0o600 });
  await writeNpmConfig(folders.home, "closed");

  const start: Host["start"] = async (args, { installs = false, env: extra = {}, ...rest } = {}) => {
    if (installs) {
      await writeNpmConfig(folders.home, options.scopeRegistry ? { scopeRegistry: options.scopeRegistry } : {});
    }
    const program = startProgram(process.execPath, [openclaw, ...args], {
      cwd: folders.workspace,
      ...rest,
      env: { ...env, ...(installs ? installEnvironment() : {}), ...extra },
    });
    if (!installs) return program;
    const exited = closingAfter(program.exited, folders.home);
    exited.catch(() => undefined); // Whoever awaits it sees the failure.
    return { ...program, exited };
  };
  const cli: Host["cli"] = async (args, cliOptions) => (await start(args, cliOptions)).exited;
  const gateway = createGateway({ openclaw, port, cwd: folders.workspace, environment: () => ({ ...env }), token });

  return {
    folders,
    port,
    config: createConfigFile(folders.configFile),
    gateway,
    env,
    start,
    cli,
    addToPath(folder) {
      env["PATH"] = [folder, env["PATH"] ?? ""].join(path.delimiter);
    },
    processes: () => processesOf(folders.root),
    async log() {
      const file = await readFile(folders.logFile, "utf8").catch(() => "");
      return `${file}\n${gateway.output()}`;
    },
    async dispose() {
      const pid = gateway.pid();
      if (pid !== undefined && (await isAlive(pid))) await gateway.stop().catch(() => gateway.kill());
      for (const left of await processesOf(folders.root)) end(left.pid);
      if (!options.keep) await rm(folders.root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The registry closes again once the installing command has ended. */
async function closingAfter(exited: Promise<ProgramResult>, home: string): Promise<ProgramResult> {
  try {
    return await exited;
  } finally {
    await writeNpmConfig(home, "closed");
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

/** A port nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}
