import { readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Environment } from "../program/environment.js";
import { type PidRecord, readPidRecords } from "./pid-records.js";
import { type ProcessTable, systemProcessTable } from "./process-table.js";
import { removeFile, tryRemove, type Remove } from "./remove.js";

export interface SweepOptions {
  /** Only records of these kinds; all when absent. */
  readonly kinds?: readonly string[];
  /** Only records of this profile; all when absent. */
  readonly profile?: string;
  /** Between SIGTERM and SIGKILL. Default 2000. */
  readonly graceMs?: number;
  /** How long a send may take to finish by itself before it is ended. Default 10 000. */
  readonly sendWaitMs?: number;
  /** The program's data folder, to clear a lock its dead listener left behind; see `openzcaHome`. */
  readonly home?: string;
  readonly table?: ProcessTable;
  /** Default: from the file system. */
  readonly remove?: Remove;
  /** Ends the waiting early: what is not over by then keeps its record for the next sweep. */
  readonly signal?: AbortSignal;
  /** Told, in words for a log, about each orphan that runs and each lock that is removed. */
  readonly onFound?: (what: string) => void;
}

export interface SweepReport {
  /** Children of a dead gateway that had to be ended. */
  readonly ended: readonly PidRecord[];
  /** Sends of a dead gateway that finished while we waited. */
  readonly finished: readonly PidRecord[];
  /** Records whose process was already gone. */
  readonly stale: readonly PidRecord[];
  readonly corruptRecords: number;
  readonly clearedLocks: readonly string[];
  /** Files of processes whose fate is settled that could not be removed; the next sweep finds them again. */
  readonly unremoved: readonly string[];
}

const pollMs = 20;

/**
 * Finds what a killed gateway left running and ends it: listeners at once, sends after they had their time.
 * A process is touched only when pid, start time and command line are those of the record; children whose gateway lives are left alone.
 */
export async function sweepOrphans(folder: string, options: SweepOptions = {}): Promise<SweepReport> {
  const { kinds, profile, table = systemProcessTable, remove = removeFile } = options;
  const { records, corrupt } = readPidRecords(folder, remove, table);
  const concerned = records.filter(({ record }) => {
    const wanted = (kinds?.includes(record.kind) ?? true) && (profile === undefined || record.profile === profile);
    return wanted && table.describe(record.ownerPid)?.startToken !== record.ownerStartToken;
  });
  const fates = await Promise.all(
    concerned.map(async ({ file, record }) => {
      const fate = await resolveOrphan(record, options, table);
      if (fate === "left") return { record, fate, lock: undefined, unremoved: [] };
      const lock = clearLock(record, options.home, table);
      if (lock !== undefined) options.onFound?.(`removed the stale listener lock of profile ${record.profile}`);
      // Its process is gone: a disk that does not let go of the record must not keep anybody from sending.
      return { record, fate, lock, unremoved: tryRemove(file, remove) ? [] : [file] };
    }),
  );
  const withFate = (wanted: Fate): PidRecord[] =>
    fates.filter(({ fate }) => fate === wanted).map(({ record }) => record);
  return {
    ended: withFate("ended"),
    finished: withFate("finished"),
    stale: withFate("stale"),
    corruptRecords: corrupt,
    clearedLocks: fates.flatMap(({ lock }) => lock ?? []),
    unremoved: fates.flatMap(({ unremoved }) => unremoved),
  };
}

/** The program's data folder for a child with this environment. */
export function openzcaHome(env: Environment): string {
  return env["OPENZCA_HOME"] || path.join(env["HOME"] || homedir(), ".openzca");
}

type Fate = "ended" | "finished" | "stale" | "left";

async function resolveOrphan(record: PidRecord, options: SweepOptions, table: ProcessTable): Promise<Fate> {
  const { graceMs = 2000, sendWaitMs = 10_000, signal: stopping } = options;
  const alive = (): boolean => isRecorded(record, table);
  if (!alive()) return "stale";
  options.onFound?.(
    `a gateway that was killed left ${record.kind} (pid ${record.pid}, profile ${record.profile}) running`,
  );
  if (record.kind === "send" && (await becomesFalse(alive, sendWaitMs, stopping))) return "finished";
  // A send that is not over may still be on its way: to be killed only by a start that then looks what came of it.
  if (stopping?.aborted) return "left";
  signal(record.pid, "SIGTERM");
  if (!(await becomesFalse(alive, graceMs))) {
    signal(record.pid, "SIGKILL");
    await becomesFalse(alive, 1000);
  }
  return "ended";
}

function isRecorded(record: PidRecord, table: ProcessTable): boolean {
  const process = table.describe(record.pid);
  if (!process || record.startToken === "" || process.startToken !== record.startToken) return false;
  return process.commandLine.includes(record.command.join(" "));
}

async function becomesFalse(condition: () => boolean, withinMs: number, stopping?: AbortSignal): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += pollMs) {
    if (!condition()) return true;
    if (stopping?.aborted === true) return false;
    await delay(pollMs);
  }
  return !condition();
}

function signal(pid: number, name: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, name);
      return;
    } catch {
      continue; // No such group (a login that had the terminal), or gone.
    }
  }
}

const lockShape = z.object({ pid: z.int() });

/** The program takes a lock for live when its pid runs again as anything else. Ours is provably stale: we know that its pid was this listener. */
function clearLock(record: PidRecord, home: string | undefined, table: ProcessTable): string | undefined {
  if (home === undefined || record.kind !== "listen") return undefined;
  // Unless the reused pid is, by chance, a new listener of this very profile.
  if (table.describe(record.pid)?.commandLine.includes(record.command.join(" "))) return undefined;
  const file = path.join(home, "profiles", record.profile, "listener-owner.json");
  try {
    const lock = lockShape.safeParse(JSON.parse(readFileSync(file, "utf8")));
    if (lock.data?.pid !== record.pid) return undefined;
    rmSync(file);
    return file;
  } catch {
    return undefined; // No lock, or not readable as one: nothing we could prove.
  }
}
