import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const runFile = promisify(execFile);

/** Nothing listens there: whoever asks npm while the gateway runs is refused at once instead of waiting. */
const closedRegistry = "http://127.0.0.1:9/";
/** Not NODE_COMPILE_CACHE: with it the host's launcher starts itself again, and a kill would miss the gateway. */
const passedOn = ["LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"];
const proxies = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"];

export interface HostFolders {
  readonly root: string;
  readonly home: string;
  readonly state: string;
  readonly temp: string;
  readonly workspace: string;
  readonly configFile: string;
  readonly logFile: string;
}

/** Creates the folders of one isolated host. */
export async function createFolders(root: string): Promise<HostFolders> {
  const at = (...names: string[]) => path.join(root, ...names);
  const [home, state, temp, workspace] = [at("home"), at("state"), at("tmp"), at("workspace")];
  for (const folder of [home, state, temp, workspace]) await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    root,
    home,
    state,
    temp,
    workspace,
    configFile: path.join(state, "openclaw.json"),
    logFile: at("openclaw.log"),
  };
}

/** The listed environment of everything that runs for this host; the parent's secrets stay outside. */
export function hostEnvironment(folders: HostFolders): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(passedOn.map((name) => [name, process.env[name]]));
  return {
    ...inherited,
    PATH: [path.dirname(process.execPath), process.env["PATH"] ?? ""].join(path.delimiter),
    HOME: folders.home,
    TMPDIR: folders.temp,
    TERM: "xterm-256color",
    OPENCLAW_STATE_DIR: folders.state,
    OPENCLAW_CONFIG_PATH: folders.configFile,
    OPENCLAW_NO_RESPAWN: "1",
    OPENCLAW_NO_AUTO_UPDATE: "1",
    OPENCLAW_DISABLE_BONJOUR: "1",
    OPENCLAW_SKIP_CRON: "1",
    OPENCLAW_HIDE_BANNER: "1",
    NO_COLOR: "1",
    DO_NOT_TRACK: "1",
  };
}

/** What an installing command needs besides: the way to the package registry. */
export function installEnvironment(): NodeJS.ProcessEnv {
  const entries = proxies.filter((name) => process.env[name]).map((name) => [name, process.env[name]]);
  return { ...Object.fromEntries(entries), NO_PROXY: "127.0.0.1,localhost", no_proxy: "127.0.0.1,localhost" };
}

/** The `.npmrc` of the isolated home: closed to everything, or open to the usual registry and our own scope's. */
export async function writeNpmConfig(home: string, mode: "closed" | { scopeRegistry?: string }): Promise<void> {
  const usual = await usualNpm();
  const lines = ["audit=false", "fund=false", "update-notifier=false", `cache=${usual.cache}`];
  if (mode === "closed") {
    lines.push(`registry=${closedRegistry}`, `@openclaw:registry=${closedRegistry}`, "fetch-retries=0");
  } else {
    lines.push(`registry=${usual.registry}`, "prefer-offline=true");
    if (mode.scopeRegistry) lines.push(`@openclaw:registry=${mode.scopeRegistry}`);
  }
  await writeFile(path.join(home, ".npmrc"), `${lines.join("\n")}\n`, { mode: 0o600 });
}

let known: Promise<{ cache: string; registry: string }> | undefined;

/** The machine's own npm cache and registry: packages of `npm ci` need not be fetched a second time. */
function usualNpm(): Promise<{ cache: string; registry: string }> {
  const read = async (key: string) => (await runFile("npm", ["config", "get", key])).stdout.trim();
  known ??= Promise.all([read("cache"), read("registry")]).then(([cache, registry]) => ({ cache, registry }));
  return known;
}
