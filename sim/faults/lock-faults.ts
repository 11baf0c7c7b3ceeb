import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Call } from "../call.ts";

/** Leaves a lock in the way of this listener, as a container restart or a crash does (contract 8.14). */
export function meetLockFault({ layout, profile, strikes }: Call): void {
  const found = strikes.take("lock", ({ mode }) => mode !== "freed-late");
  if (found === undefined) return;
  const pid = found.mode === "stale" ? deadPid() : startStranger(found.ms ?? 60_000);
  plantLock(layout.lock(profile), profile, pid);
}

/** Hears nothing any more from the SIGTERM on, but stays and keeps the lock for a while. */
export function freeLate({ signals, strikes }: Call, hangUp: () => void): void {
  const late = strikes.take("lock", ({ mode }) => mode === "freed-late");
  if (late === undefined) return;
  signals.delay(late.ms ?? 1000);
  process.once("SIGTERM", hangUp);
}

export function plantLock(file: string, profile: string, pid: number): void {
  const owner = { pid, profile, sessionId: "mx3k9a-41f0c2d7", startedAt: "2026-11-22T01:00:00.000Z" };
  writeFileSync(file, `${JSON.stringify(owner)}\n`);
}

/** The id of a process that has just ended. */
export function deadPid(): number {
  return spawnSync(process.execPath, ["--version"], { stdio: "ignore" }).pid;
}

/** A living process that has nothing to do with zca; it ends by itself. */
export function startStranger(ms: number): number {
  const child = spawn(process.execPath, ["-e", `setTimeout(() => {}, ${ms})`], { detached: true, stdio: "ignore" });
  child.unref();
  if (child.pid === undefined) throw new Error("No process could be started.");
  return child.pid;
}
