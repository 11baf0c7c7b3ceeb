import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import type { Layout } from "./layout.ts";

/** Reads a JSON file; `fallback` when there is none. A broken file is an error: nothing here guesses. */
export function readJson<T>(file: string, fallback: T): T {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    if (isCode(error, "ENOENT")) return fallback;
    throw error;
  }
}

/** Replaces the file in one step, so no reader sees half of it. */
export function writeJson(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(draft, file);
}

/** One append is one write, which keeps lines of several processes whole. */
export function appendLines(file: string, records: readonly unknown[]): void {
  if (records.length === 0) return;
  appendFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

/** Runs `work` while no other process of this world is inside; a holder that died is passed over. */
export function exclusively<T>(layout: Layout, work: () => T): T {
  mkdirSync(layout.sim, { recursive: true });
  while (!enter(layout.mutex)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
  try {
    return work();
  } finally {
    rmSync(layout.mutex, { force: true });
  }
}

function enter(file: string): boolean {
  try {
    const handle = openSync(file, "wx");
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    dropWhenAbandoned(file);
    return false;
  }
}

function dropWhenAbandoned(file: string): void {
  try {
    const holder = Number(readFileSync(file, "utf8"));
    // An empty file belongs to a process between its open and its write.
    if (holder > 0 && !isAlive(holder)) rmSync(file, { force: true });
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
}

/** Whether a process with this id exists, as `kill -0` tells it: a zombie counts, a foreign one too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, "EPERM");
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
