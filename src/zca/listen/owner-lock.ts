import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { type ProcessTable, systemProcessTable } from "../process/process-table.js";

const lockShape = z.object({ pid: z.int().positive() });

/**
 * Removes the listener lock of a profile when the process it names is provably no listener. The program itself takes any
 * process with that number for the holder, even a zombie, so a restarted container, which gives out the same small
 * numbers again, would keep the account deaf for ever. Returns the file when it was removed.
 */
export function healListenerLock(
  home: string,
  profile: string,
  table: ProcessTable = systemProcessTable,
): string | undefined {
  const file = path.join(home, "profiles", profile, "listener-owner.json");
  const before = readText(file);
  const pid = before === undefined ? undefined : holderOf(before);
  if (pid === undefined || !isNoListener(pid, table)) return undefined;
  // Somebody may have taken it over since.
  if (readText(file) !== before) return undefined;
  try {
    rmSync(file);
    return file;
  } catch {
    return undefined; // Gone by itself, or not ours to remove: the start will tell.
  }
}

/** Whether a process that may be a listener holds the profile: its connection must be left alone. */
export function isListenerAlive(home: string, profile: string, table: ProcessTable = systemProcessTable): boolean {
  const text = readText(path.join(home, "profiles", profile, "listener-owner.json"));
  const pid = text === undefined ? undefined : holderOf(text);
  return pid !== undefined && table.describe(pid) !== undefined && !isNoListener(pid, table);
}

function holderOf(text: string): number | undefined {
  try {
    return lockShape.safeParse(JSON.parse(text)).data?.pid;
  } catch {
    return undefined; // Half written.
  }
}

/** Proof needs sight: a process we cannot look at may be anything. */
function isNoListener(pid: number, table: ProcessTable): boolean {
  if (table.isZombie(pid)) return true;
  const commandLine = table.describe(pid)?.commandLine ?? "";
  return commandLine !== "" && !commandLine.split(/\s+/).includes("listen");
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
