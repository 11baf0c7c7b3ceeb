import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ZalouserError } from "../../errors.js";
import { type ProcessTable, systemProcessTable } from "../process/process-table.js";

const holderShape = z.object({ pid: z.int().positive(), startToken: z.string() });

export interface LoginLockOptions {
  /** Private folder shared by all processes that may log in. */
  readonly folder: string;
  readonly profile: string;
  readonly accountId: string;
  readonly table?: ProcessTable;
}

/**
 * Takes the one login of a profile across processes; the returned function releases it. A lock whose process is gone does not count.
 * Throws `LOGIN_IN_PROGRESS`.
 */
export function acquireLoginLock(options: LoginLockOptions): () => void {
  const { folder, profile, accountId, table = systemProcessTable } = options;
  const file = lockFile(folder, profile);
  const startToken = table.describe(process.pid)?.startToken ?? "";
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, startToken }), { mode: 0o600 });
  try {
    // Linking a finished file is exclusive creation without a moment in which the lock is empty.
    if (tryLink(own, file)) return () => release(file);
    if (takeStale(file, table) && tryLink(own, file)) return () => release(file);
  } finally {
    rmSync(own, { force: true });
  }
  throw new ZalouserError("LOGIN_IN_PROGRESS", `A login of profile "${profile}" is already running.`, { accountId });
}

/** Whether a login of the profile is going on, in whatever process. */
export function isLoginRunning(folder: string, profile: string, table: ProcessTable = systemProcessTable): boolean {
  return isHeld(lockFile(folder, profile), table);
}

function lockFile(folder: string, profile: string): string {
  return path.join(folder, `login-${profile}.json`);
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Moves a stale lock out of the way. Somebody else may replace it between the look and the move: then it is put back. */
function takeStale(file: string, table: ProcessTable): boolean {
  if (isHeld(file, table)) return false;
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(file, aside);
  } catch {
    return true; // Released meanwhile.
  }
  const wasHeld = isHeld(aside, table);
  if (wasHeld) tryLink(aside, file);
  rmSync(aside, { force: true });
  return !wasHeld;
}

function isHeld(file: string, table: ProcessTable): boolean {
  try {
    const holder = holderShape.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
    return holder !== undefined && table.describe(holder.pid)?.startToken === holder.startToken;
  } catch {
    return false; // Gone or unreadable: nobody's.
  }
}

function release(file: string): void {
  rmSync(file, { force: true });
}
