import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { waitFor } from "./wait.ts";

export interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Text for standard input, which is then closed. Without it standard input is closed at once. */
  readonly input?: string;
  /** Runs the program in a terminal of 160 x 80 characters; its two outputs then arrive as one. */
  readonly pty?: boolean;
  /** SIGKILL after this time, two minutes by default; never when it is infinite. */
  readonly timeoutMs?: number;
  /** Called with each piece of output as it arrives. */
  readonly onOutput?: (text: string) => void;
}

export interface ProgramResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface RunningProgram {
  readonly pid: number;
  readonly exited: Promise<ProgramResult>;
  /** Everything printed so far, both outputs, in order of arrival, colors included. */
  output(): string;
  /** The same without colors. */
  text(): string;
  /** Types into its terminal or standard input. */
  write(text: string): void;
  /** Waits until the text printed so far satisfies the pattern or function; fails when the program ends first. */
  until<T>(
    what: string,
    probe: RegExp | ((program: RunningProgram) => T | undefined | false),
    timeoutMs?: number,
  ): Promise<T | RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program, gathers what it prints, and never leaves an output undrained. */
export function startProgram(file: string, args: readonly string[], options: ProgramOptions): RunningProgram {
  const [program, programArgs] = options.pty ? inTerminal(file, args) : [file, [...args]];
  const startedAt = performance.now();
  const child = spawn(program, programArgs, { env: options.env, cwd: options.cwd, stdio: "pipe" });
  const pieces = { all: "", stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      pieces[name] += text;
      pieces.all += text;
      options.onOutput?.(text);
    });
  }
  child.stdin.on("error", () => undefined); // The program may end before it has read its input.
  if (!options.pty) child.stdin.end(options.input ?? "");
  else if (options.input !== undefined) child.stdin.write(options.input);
  const { timeoutMs = 120_000 } = options;
  const limit = Number.isFinite(timeoutMs) ? setTimeout(() => child.kill("SIGKILL"), timeoutMs) : undefined;
  let ended = false;
  const exited = new Promise<ProgramResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      ended = true;
      clearTimeout(limit);
      const { stdout, stderr } = pieces;
      resolve({ code, signal, stdout, stderr, durationMs: Math.round(performance.now() - startedAt) });
    });
  });
  exited.catch(() => undefined); // Whoever awaits it sees the failure; nobody has to.
  const running: RunningProgram = {
    pid: child.pid ?? -1,
    exited,
    output: () => pieces.all,
    text: () => stripVTControlCharacters(pieces.all).replaceAll("\r", ""),
    write: (text) => void child.stdin.write(text),
    kill: (signal) => void child.kill(signal),
    until: (what, probe, timeoutMs = 60_000) =>
      waitFor(
        what,
        () => {
          const hit = probe instanceof RegExp ? probe.exec(running.text()) : probe(running);
          if (!hit && ended) throw new Error(`The program ended before ${what}.\n${running.text()}`);
          return hit;
        },
        { timeoutMs, explain: () => running.text() },
      ),
  };
  return running;
}

/** util-linux `script` gives the program a terminal; its own standard input stays open until the program ends. */
function inTerminal(file: string, args: readonly string[]): [string, string[]] {
  const command = [file, ...args].map(quoted).join(" ");
  return ["script", ["-qefc", `stty cols 160 rows 80; exec ${command}`, "/dev/null"]];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
