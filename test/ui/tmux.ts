import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const runFile = promisify(execFile);
const tools = fileURLToPath(new URL("../../.tools/tmux", import.meta.url));
/** What tmux needs beyond Debian's base system. */
const packages = ["tmux", "libevent-core-2.1-7", "libutempter0"];

/** A tmux program and what it needs to run. */
export interface TmuxProgram {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The machine's tmux, else Debian's package unpacked into this checkout, which needs neither root nor an installation. */
export function findTmux(searchPath: string = process.env["PATH"] ?? ""): TmuxProgram {
  const installed = searchPath
    .split(path.delimiter)
    .map((folder) => path.join(folder, "tmux"))
    .find((file) => existsSync(file));
  if (installed !== undefined) return { file: installed, env: {} };
  const file = path.join(tools, "usr", "bin", "tmux");
  if (!existsSync(file)) fetchPackages();
  const libraries = path.join(tools, "usr", "lib");
  const folders = [libraries, ...readdirSync(libraries).map((name) => path.join(libraries, name))];
  return { file, env: { LD_LIBRARY_PATH: folders.join(path.delimiter) } };
}

function fetchPackages(): void {
  mkdirSync(tools, { recursive: true });
  try {
    execFileSync("apt-get", ["download", ...packages], { cwd: tools, stdio: "pipe" });
    const archives = readdirSync(tools).filter((name) => name.endsWith(".deb"));
    for (const archive of archives) execFileSync("dpkg", ["-x", path.join(tools, archive), tools], { stdio: "pipe" });
  } catch (cause) {
    throw new Error("The wizard is tested in tmux. Install it (apt-get install tmux, brew install tmux).", { cause });
  }
}

/** A program in a real terminal: what a person would see, and the keys they press. */
export interface Terminal {
  /** The screen with what has scrolled off it, without colors. */
  screen(): Promise<string>;
  /** The same as it is shown: with the sequences of its colors, long lines broken. */
  colors(): Promise<string>;
  type(text: string): Promise<void>;
  /** Names of keys as tmux has them: Enter, Down, Space, … */
  press(...keys: readonly string[]): Promise<void>;
  /** Waits until the screen has the words; fails with the screen when the program ends first. */
  until(words: RegExp, timeoutMs?: number): Promise<string>;
  /** Waits for the end of the program; its exit code. */
  ended(timeoutMs?: number): Promise<number>;
  close(): Promise<void>;
}

export interface TerminalOptions {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Columns and rows. */
  readonly size?: readonly [number, number];
}

let opened = 0;

export async function openTerminal({ command, env, cwd, size = [160, 90] }: TerminalOptions): Promise<Terminal> {
  const tmux = findTmux();
  opened += 1;
  // A server of our own: it inherits our environment and knows no configuration of the user's.
  const server = ["-L", `zalouser-${process.pid}-${opened}`, "-f", "/dev/null", "-u"];
  const options = { env: { ...env, ...tmux.env, LC_ALL: "C.UTF-8" }, cwd, maxBuffer: 16 * 1024 * 1024 };
  const run = async (...args: string[]) => (await runFile(tmux.file, [...server, ...args], options)).stdout;
  const settings = ["set-option", "-g", "remain-on-exit", "on", ";", "set-option", "-g", "history-limit", "5000", ";"];
  const session = ["new-session", "-d", "-x", String(size[0]), "-y", String(size[1]), "--"];
  await run(...settings, ...session, ...command);

  const screen = () => run("capture-pane", "-p", "-J", "-S", "-");
  const exitCode = async () => {
    const shown = await run("display-message", "-p", "#{pid} #{pane_dead} #{pane_dead_status}");
    const [tmuxPid, isDead, code] = shown.trim().split(" ");
    if (isDead !== "1") return undefined;
    if (code !== undefined && code !== "") return Number(code);
    // The program's end is seen on its terminal first. A tmux that missed the signal of it would never ask for the code.
    process.kill(Number(tmuxPid), "SIGCHLD");
    return undefined;
  };
  const poll = async <T>(what: string, timeoutMs: number, look: () => Promise<T | undefined>): Promise<T> => {
    const limit = performance.now() + timeoutMs;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (performance.now() > limit) throw new Error(`Waited ${timeoutMs} ms for ${what}.\n${await screen()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  return {
    screen,
    colors: () => run("capture-pane", "-p", "-e", "-S", "-"),
    type: async (text) => void (await run("send-keys", "-l", "--", text)),
    press: async (...keys) => void (await run("send-keys", ...keys)),
    until: (words, timeoutMs = 90_000) =>
      poll(String(words), timeoutMs, async () => {
        // Asked first: what a program prints before it ends is then on the screen.
        const code = await exitCode();
        const shown = await screen();
        if (words.test(shown)) return shown;
        if (code !== undefined) throw new Error(`The program ended with ${code} before ${String(words)}.\n${shown}`);
        return undefined;
      }),
    ended: (timeoutMs = 90_000) => poll("the end of the program", timeoutMs, exitCode),
    close: async () => void (await run("kill-server").catch(() => undefined)),
  };
}
