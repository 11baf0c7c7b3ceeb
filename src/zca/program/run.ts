import { type Binary, findBinary } from "./binary.js";
import { type Capabilities, type CapabilityReader, sharedCapabilities } from "./capabilities.js";
import { collect, type RunResult } from "../process/collect.js";
import { argumentsFor, type CallKind, commandPrefix, type ZcaCommand } from "./commands.js";
import { childEnvironment, type Environment, listenOverrides } from "./environment.js";
import { createPidRecords, type PidRecords } from "../process/pid-records.js";
import { type ChildHandle, type Ending, neverStarted, type Spawn, spawnChild } from "../process/spawn.js";

export interface ZcaOptions {
  readonly accountId: string;
  readonly profile: string;
  /** Program path or name from the config, and the config path it stands at. */
  readonly configuredBinary?: string | undefined;
  readonly binaryConfigPath: string;
  /** The environment of this process; children get the listed part of it. */
  readonly parentEnv: Environment;
  /** Extra names children may inherit. */
  readonly extraEnvNames?: readonly string[];
  /** Private folder for the records of living children. */
  readonly recordsDir: string;
  /** Told of every call that starts: nearly each one is a login. Must not throw. */
  readonly onCall?: (kind: CallKind) => void;
}

export interface ZcaDeps {
  readonly spawn?: Spawn;
  readonly records?: PidRecords;
  readonly capabilities?: CapabilityReader;
  /** Between SIGTERM and SIGKILL of a call that ran too long. Default 2000. */
  readonly graceMs?: number;
}

export interface RunOptions {
  /** Default: the command's own limit. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Default 64 MiB; a friend list of 20 000 rows is about half of that. */
  readonly maxOutputBytes?: number;
}

/** The `zca` program for one account: every call of it passes here. */
export interface Zca {
  readonly accountId: string;
  readonly profile: string;
  /** The program found now; throws `ZCA_NOT_FOUND` or `ZCA_NOT_EXECUTABLE`. Starts nothing. */
  binary(): Binary;
  /** Private folder for the records of living children. */
  readonly recordsDir: string;
  /** What the program can do; one handshake per program file. */
  capabilities(signal?: AbortSignal): Promise<Capabilities>;
  /** The environment a child of this kind gets. */
  environment(kind: CallKind): Record<string, string>;
  /** Starts a child under a pid record. Throws only when the program cannot be found. */
  start(command: ZcaCommand, options?: { readonly terminal?: boolean }): ChildHandle;
  /** Runs a call to its end. Failures of the call are in the result; throws only when the program cannot be found. */
  run(command: ZcaCommand, options?: RunOptions): Promise<RunResult>;
  /** Calls started so far, by kind. */
  counts(): Readonly<Record<CallKind, number>>;
}

export function createZca(options: ZcaOptions, deps: ZcaDeps = {}): Zca {
  const { accountId, profile, parentEnv } = options;
  const { spawn = spawnChild, records = createPidRecords(options.recordsDir), graceMs = 2000 } = deps;
  const reader = deps.capabilities ?? sharedCapabilities;
  const counts = zeroCounts();

  const binary = (): Binary =>
    findBinary({
      configured: options.configuredBinary,
      configPath: options.binaryConfigPath,
      accountId,
      env: parentEnv,
    });
  const environment = (kind: CallKind): Record<string, string> =>
    childEnvironment(parentEnv, {
      ...(options.extraEnvNames === undefined ? {} : { extraNames: options.extraEnvNames }),
      ...(kind === "listen" ? { overrides: listenOverrides } : {}),
    });

  const start: Zca["start"] = (command, { terminal = false } = {}) => {
    const program = binary();
    try {
      // Ended right after its start, a program might have sent its message all the same.
      records.ready();
    } catch (error) {
      return neverStarted(unrecorded(error));
    }
    // The handshake must work before the profile exists.
    const named = command.kind === "handshake" ? undefined : profile;
    counts[command.kind]++;
    options.onCall?.(command.kind);
    const child = spawn({
      file: program.path,
      args: argumentsFor(command, named),
      env: environment(command.kind),
      terminal,
    });
    const { kind } = command;
    return recorded(child, records, { kind, command: commandPrefix(command, named), accountId, profile });
  };
  const run: Zca["run"] = async (
    command,
    { timeoutMs = command.timeoutMs, signal, maxOutputBytes = 64 * 1024 * 1024 } = {},
  ) => {
    if (signal?.aborted) return { ...abortedBeforeStart };
    return collect(start(command), { timeoutMs, graceMs, maxOutputBytes, signal });
  };

  return {
    accountId,
    profile,
    binary,
    environment,
    start,
    run,
    recordsDir: options.recordsDir,
    capabilities: async (signal) =>
      reader.read(binary(), accountId, (command, ending) => run(command, { signal: ending }), signal),
    counts: () => ({ ...counts }),
  };
}

const abortedBeforeStart: RunResult = {
  stdout: "",
  stderr: "",
  ending: { kind: "not-started", errno: "ABORTED", message: "the call was cancelled before it started" },
  stopped: "abort",
  truncated: false,
};

/** Keeps a record while the child lives. A child that cannot be recorded is ended at once: a crash would leave it unfindable. */
function recorded(
  child: ChildHandle,
  records: PidRecords,
  entry: Omit<Parameters<PidRecords["add"]>[0], "pid">,
): ChildHandle {
  if (child.pid === undefined) return child;
  try {
    const remove = records.add({ ...entry, pid: child.pid });
    const exited = child.exited.finally(remove);
    return { ...child, exited, terminate: (options) => child.terminate(options).then(() => exited) };
  } catch (error) {
    child.kill("SIGKILL");
    const exited = child.exited.then(() => unrecorded(error));
    return { ...child, exited, terminate: () => exited };
  }
}

function unrecorded(error: unknown): Ending {
  return { kind: "not-started", errno: "STATE", message: error instanceof Error ? error.message : String(error) };
}

function zeroCounts(): Record<CallKind, number> {
  return {
    handshake: 0,
    listen: 0,
    login: 0,
    logout: 0,
    status: 0,
    self: 0,
    directory: 0,
    history: 0,
    typing: 0,
    send: 0,
  };
}
