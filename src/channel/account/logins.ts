import { appendFileSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CallKind } from "../../zca/index.js";
import { ensurePrivateFolder } from "./slot.js";
import { openAccountState } from "./state.js";

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** Rewritten in short form when it grows beyond this. */
const longFileBytes = 64 * 1024;

/** Calls that make no login: they ask nothing of Zalo. */
const offline: ReadonlySet<string> = new Set<CallKind>(["handshake", "logout"]);

/** A call of zca, or several of one kind within an hour. */
interface Entry {
  readonly atMs: number;
  readonly kind: string;
  readonly count: number;
}

export interface LoginCounts {
  readonly total: number;
  readonly byKind: Readonly<Record<string, number>>;
}

/**
 * Notes that an account is about to log in to Zalo, as nearly every call of zca does. The gateway and the commands of a
 * terminal write to one file, a line each, so the count is the account's and not a process's.
 */
export function countLogin(accountId: string, kind: CallKind, nowMs: number = Date.now()): void {
  if (offline.has(kind)) return;
  const file = fileOf(accountId);
  try {
    ensurePrivateFolder(path.dirname(file));
    appendFileSync(file, `${nowMs} ${kind} 1\n`, { mode: 0o600 });
    if (statSync(file).size > longFileBytes) shorten(file, nowMs);
  } catch {
    return; // Only a count is lost; the call itself must go on.
  }
}

/** The logins of the last 24 hours by kind of call. */
export function loginsOfDay(accountId: string, nowMs: number = Date.now()): LoginCounts {
  return loginsWithin(accountId, dayMs, nowMs);
}

/** The same for the last `withinMs`, a day at most. */
export function loginsWithin(accountId: string, withinMs: number, nowMs: number): LoginCounts {
  const byKind = new Map<string, number>();
  let total = 0;
  for (const { atMs, kind, count } of readEntries(fileOf(accountId))) {
    if (atMs <= nowMs - withinMs || atMs > nowMs) continue;
    byKind.set(kind, (byKind.get(kind) ?? 0) + count);
    total += count;
  }
  return { total, byKind: Object.fromEntries(byKind) };
}

function fileOf(accountId: string): string {
  return path.join(openAccountState(accountId).folder, "logins.log");
}

function readEntries(file: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return []; // No login yet, or not readable: nothing is known.
  }
  return text.split("\n").flatMap((line) => {
    const match = /^(\d{1,15}) ([a-z-]+) (\d{1,9})$/.exec(line);
    return match === null ? [] : { atMs: Number(match[1]), kind: match[2] ?? "", count: Number(match[3]) };
  });
}

/** Calls of the same kind within one clock hour become one line; what is older than a day goes. */
function shorten(file: string, nowMs: number): void {
  const sums = new Map<string, Entry>();
  for (const entry of readEntries(file)) {
    if (entry.atMs <= nowMs - dayMs) continue;
    const key = `${Math.floor(entry.atMs / hourMs)} ${entry.kind}`;
    // The newest moment stands for all: a count may leave the day late, never early.
    const sum = sums.get(key);
    sums.set(key, { ...entry, count: (sum?.count ?? 0) + entry.count });
  }
  const draft = `${file}.${process.pid}.tmp`;
  const lines = [...sums.values()].map(({ atMs, kind, count }) => `${atMs} ${kind} ${count}\n`);
  writeFileSync(draft, lines.join(""), { mode: 0o600 });
  renameSync(draft, file);
}
