import { ChildProcess } from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { DatabaseSync, StatementSync } from "node:sqlite";
import type { CrashPoint } from "./messages.ts";

export interface CrashHooks {
  /** From now on events count. */
  arm(): void;
  /** The phase whose events are counted next. */
  enter(phase: CrashPoint["phase"]): void;
  counts(): Readonly<Record<CrashPoint["phase"], number>>;
}

/**
 * Counts what this process does to the world (statements of databases, files written or renamed, processes started) and
 * ends it by SIGKILL at the chosen one. Patches Node itself, so the plugin under test carries no seam for it.
 */
export function installCrashHooks(point: CrashPoint | undefined): CrashHooks {
  const counts = { inbound: 0, sending: 0 };
  let phase: CrashPoint["phase"] | undefined;
  let armed = false;

  function around<T>(work: () => T): T {
    if (!armed || phase === undefined) return work();
    counts[phase] += 1;
    const isHere = point !== undefined && point.phase === phase && point.nth === counts[phase];
    if (isHere && point.when === "before") die();
    const result = work();
    if (isHere) die();
    return result;
  }

  const wrap = (owner: object, names: readonly string[]) => {
    const methods = owner as Record<string, (this: unknown, ...args: unknown[]) => unknown>;
    for (const name of names) {
      const original = methods[name];
      if (original === undefined) continue;
      methods[name] = function patched(...args) {
        return around(() => original.apply(this, args));
      };
    }
  };
  wrap(DatabaseSync.prototype, ["exec"]);
  wrap(StatementSync.prototype, ["run"]);
  wrap(ChildProcess.prototype, ["spawn"]);
  wrap(fs, ["writeFileSync", "appendFileSync", "renameSync", "rmSync", "unlinkSync", "writeFile", "rename"]);
  wrap(fs.promises, ["writeFile", "rename", "rm", "unlink"]);
  syncBuiltinESMExports();

  return {
    arm() {
      armed = true;
      phase = "inbound";
    },
    enter: (next) => {
      phase = next;
    },
    counts: () => ({ ...counts }),
  };
}

function die(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal takes a moment; nothing may happen meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}
