import { once } from "node:events";
import type { Readable } from "node:stream";
import { setImmediate as immediate, setTimeout as delay } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";
import { execa } from "execa";
import { type ProcessTable, systemProcessTable } from "./process-table.js";

/** How a child ended. A child that could not be started has ended too. */
export type Ending =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "not-started"; readonly errno: string; readonly message: string };

export interface SpawnRequest {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Give the child this process's own terminal instead of pipes; then it shares our process group. */
  readonly terminal?: boolean;
}

export interface ChildHandle {
  readonly pid: number | undefined;
  /** Undefined when the child has the terminal. Attach readers in the same tick as the spawn. */
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** Settles (never rejects) when the child and everything left in its process group are gone and the output is read. */
  readonly exited: Promise<Ending>;
  /** Signals the child's whole process group; false when nothing is there any more. */
  kill(signal: NodeJS.Signals): boolean;
  /** SIGTERM, after `graceMs` SIGKILL; settles when nothing is left. */
  terminate(options: { readonly graceMs: number }): Promise<Ending>;
}

export type Spawn = (request: SpawnRequest) => ChildHandle;

// A process that left the group may keep a pipe open for ever; what it writes is no answer of ours.
const drainMs = 250;
const looksBehind = 2;
const groupPollMs = 5;
const groupGoneWithinMs = 2000;

/** Starts a child. The only place in this package that does; never throws and never uses a shell. */
export function spawnChild(request: SpawnRequest, table: ProcessTable = systemProcessTable): ChildHandle {
  const terminal = request.terminal === true;
  const stdio = terminal ? "inherit" : "pipe";
  const start = () =>
    execa(request.file, [...request.args], {
      extendEnv: false,
      env: request.env,
      stdin: terminal ? "inherit" : "ignore",
      stdout: stdio,
      stderr: stdio,
      buffer: false,
      reject: false,
      cleanup: false,
      // A group of its own, so that whatever the child starts can be ended with it.
      detached: !terminal,
    });

  let child: ReturnType<typeof start>;
  try {
    child = withPrivateUmask(start);
  } catch (error) {
    return neverStarted(endingOf(error));
  }
  const { pid } = child;
  const result = child.then(
    (outcome) => endingOf(outcome),
    (error: unknown) => endingOf(error),
  );
  if (pid === undefined) return neverStarted(result);

  let gone = false;
  const kill = (signal: NodeJS.Signals): boolean => {
    if (gone) return false;
    try {
      return process.kill(terminal ? pid : -pid, signal);
    } catch {
      return false; // Already gone.
    }
  };
  const leader = new Promise<Ending>((resolve) => {
    child.nodeChildProcess.once("exit", (code, signal) => {
      resolve(code === null ? { kind: "signal", signal: signal ?? "unknown" } : { kind: "exit", code });
    });
  });
  const stdout = child.stdout ?? undefined;
  const stderr = child.stderr ?? undefined;

  const settle = async (): Promise<Ending> => {
    const ending = await leader;
    if (!terminal) await endGroup(pid, table);
    gone = true;
    await Promise.all([drained(stdout), drained(stderr)]);
    return ending;
  };
  const exited = settle();

  return {
    pid,
    stdout,
    stderr,
    exited,
    kill,
    async terminate({ graceMs }) {
      kill("SIGTERM");
      const patience = new AbortController();
      const timeout = delay(graceMs, "late" as const, { signal: patience.signal }).catch(() => "ended" as const);
      if ((await Promise.race([leader, timeout])) === "late") kill("SIGKILL");
      patience.abort();
      return exited;
    },
  };
}

/** Files the program writes hold credentials and follow the umask. The spawn is synchronous, so nobody else sees the change. */
function withPrivateUmask<T>(start: () => T): T {
  if (!isMainThread) return start(); // A worker may not change it.
  const previous = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(previous);
  }
}

async function endGroup(groupId: number, table: ProcessTable): Promise<void> {
  const attempts = groupGoneWithinMs / groupPollMs;
  for (let attempt = 0; attempt < attempts && table.groupAlive(groupId); attempt++) {
    try {
      process.kill(-groupId, "SIGKILL");
    } catch {
      return; // The group emptied by itself.
    }
    await delay(groupPollMs);
  }
}

async function drained(stream: Readable | undefined): Promise<void> {
  if (!stream || stream.closed || stream.readableEnded) return;
  const patience = AbortSignal.timeout(drainMs);
  await once(stream, "close", { signal: patience }).catch(() => undefined);
  // An end may be noticed before what was written before it. When this process is held up then, the patience is over
  // before the pipe has been looked at even once; one more look finds everything the child has left in it.
  for (let look = 0; look < looksBehind && !stream.closed; look += 1) await immediate();
  if (!stream.closed) stream.destroy();
}

/** What stands for a child that does not exist. */
export function neverStarted(ending: Ending | Promise<Ending>): ChildHandle {
  const exited = Promise.resolve(ending);
  return {
    pid: undefined,
    stdout: undefined,
    stderr: undefined,
    exited,
    kill: () => false,
    terminate: () => exited,
  };
}

function endingOf(outcome: unknown): Ending {
  const error = outcome instanceof Error && outcome.cause instanceof Error ? outcome.cause : outcome;
  const errno = error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN";
  // The library's own messages repeat the arguments, which hold message text; the errno says enough.
  return { kind: "not-started", errno, message: `the program could not be started (${errno})` };
}
