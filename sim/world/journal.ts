import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { appendLines, isAlive, isCode } from "./disk.ts";
import type { Layout } from "./layout.ts";

export interface JournalStart {
  readonly record: "start";
  readonly id: string;
  readonly command: string;
  readonly profile: string;
  /** The program as it was called, a link to it included. */
  readonly program: string;
  readonly argv: readonly string[];
  /** Every variable's name; values only of `OPENZCA_*` and `ZCA_*`. */
  readonly envNames: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly pid: number;
  readonly ppid: number;
  readonly umask: string;
  readonly startedAt: number;
  /** Ids of other writing calls of the profile that were in flight at the start. */
  readonly overlaps: readonly string[];
}

export interface JournalEnd {
  readonly record: "end";
  readonly id: string;
  readonly endedAt: number;
  readonly exitCode: number;
  readonly signal?: string;
  /** Logins this call made at the servers. */
  readonly logins: number;
  /** Websockets of the same session this call closed by opening its own. */
  readonly evicted: readonly string[];
}

/** A fault that struck: its index in the control file. Written at once, because the call may be killed next. */
export interface JournalFault {
  readonly record: "fault";
  readonly id: string;
  readonly fault: number;
}

export interface JournaledCall {
  readonly id: string;
  countLogin(): void;
  noteEvicted(sockets: readonly string[]): void;
  noteFault(index: number): void;
  end(exitCode: number, signal?: string): void;
}

export interface CallFacts {
  readonly command: string;
  readonly profile: string;
  readonly argv: readonly string[];
  readonly writes: boolean;
}

/** Writes the start record at once; a call killed later shows as a start without an end. */
export function beginCall(layout: Layout, facts: CallFacts): JournaledCall {
  mkdirSync(layout.sim, { recursive: true });
  const id = `${Date.now().toString(36)}-${process.pid}`;
  const folder = path.join(layout.inFlight, facts.profile);
  const overlaps = facts.writes ? enterFlight(folder, id) : [];
  const names = Object.keys(process.env).sort();
  const start: JournalStart = {
    record: "start",
    id,
    command: facts.command,
    profile: facts.profile,
    program: process.argv[1] ?? "",
    argv: facts.argv,
    envNames: names,
    env: Object.fromEntries(
      names.filter((name) => /^(?:OPEN)?ZCA_/u.test(name)).map((name) => [name, process.env[name] ?? ""]),
    ),
    cwd: process.cwd(),
    pid: process.pid,
    ppid: process.ppid,
    umask: process.umask().toString(8).padStart(3, "0"),
    startedAt: Date.now(),
    overlaps,
  };
  appendLines(layout.journal, [start]);

  let logins = 0;
  let ended = false;
  const evicted: string[] = [];
  return {
    id,
    countLogin() {
      logins += 1;
    },
    noteEvicted: (sockets) => void evicted.push(...sockets),
    noteFault: (fault) => appendLines(layout.journal, [{ record: "fault", id, fault } satisfies JournalFault]),
    end(exitCode, signal) {
      if (ended) return;
      ended = true;
      const end: JournalEnd = { record: "end", id, endedAt: Date.now(), exitCode, logins, evicted };
      appendLines(layout.journal, [signal === undefined ? end : { ...end, signal }]);
      if (facts.writes) rmSync(path.join(folder, id), { force: true });
    },
  };
}

function enterFlight(folder: string, id: string): string[] {
  mkdirSync(folder, { recursive: true });
  // Enter first, look second: of two calls starting together at least one sees the other.
  writeFileSync(path.join(folder, id), String(process.pid));
  return readdirSync(folder).filter((other) => other !== id && isAlive(pidIn(path.join(folder, other))));
}

function pidIn(file: string): number {
  try {
    return Number(readFileSync(file, "utf8")) || process.pid;
  } catch (error) {
    if (isCode(error, "ENOENT")) return 2 ** 30;
    throw error;
  }
}
