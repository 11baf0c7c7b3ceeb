import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { openSlot, type Slot } from "../account/slot.js";
import { openAccountState } from "../account/state.js";

/** A friend list is a whole login and can be megabytes; ten minutes is how fresh a directory has to be. */
const FRESH_MS = 10 * 60 * 1000;

const reading = new Map<string, Promise<unknown>>();

/** What was read, when, and as whom: another person's friends must not be taken for one's own. */
interface Stored<T> {
  readonly atMs: number;
  readonly uid?: string | undefined;
  readonly value: T;
}

/** Reads through a private file that all processes share: directory commands run in short-lived ones. */
export async function cached<T>(
  accountId: string,
  name: string,
  schema: z.ZodType<T>,
  read: () => Promise<T>,
): Promise<T> {
  const slot = slotOf(accountId, name, schema);
  const stored = slot.read();
  const uid = openAccountState(accountId).login.read()?.uid;
  if (stored !== undefined && stored.uid === uid && Date.now() - stored.atMs < FRESH_MS) return stored.value;
  const key = `${accountId}\n${uid ?? ""}\n${name}`;
  const running = reading.get(key) ?? refresh(slot, uid, read).finally(() => reading.delete(key));
  reading.set(key, running);
  return schema.parse(await running);
}

/** What was read last, however long ago; costs nothing. */
export function lastRead<T>(accountId: string, name: string, schema: z.ZodType<T>): T | undefined {
  const stored = slotOf(accountId, name, schema).read();
  return stored !== undefined && stored.uid === openAccountState(accountId).login.read()?.uid
    ? stored.value
    : undefined;
}

export function forgetDirectory(accountId: string): void {
  rmSync(folderOf(accountId), { recursive: true, force: true });
}

/**
 * After a group was changed. Friends stay known: who is none is a stranger, to whom little may be written. Never throws,
 * or what is done already would be told as failed; the lists are anew in ten minutes by themselves.
 */
export function forgetGroups(accountId: string): void {
  const folder = folderOf(accountId);
  try {
    for (const name of readdirSync(folder))
      if (/^(?:groups|members-\d+)\.json$/u.test(name)) rmSync(path.join(folder, name), { force: true });
  } catch {
    // Never read, or not ours to remove.
  }
}

async function refresh<T>(slot: Slot<Stored<T>>, uid: string | undefined, read: () => Promise<T>): Promise<T> {
  const value = await read();
  slot.write({ atMs: Date.now(), ...(uid === undefined ? {} : { uid }), value });
  return value;
}

function slotOf<T>(accountId: string, name: string, schema: z.ZodType<T>): Slot<Stored<T>> {
  return openSlot(
    path.join(folderOf(accountId), `${name}.json`),
    z.object({ atMs: z.number(), uid: z.string().optional(), value: schema }),
    accountId,
  );
}

function folderOf(accountId: string): string {
  return path.join(openAccountState(accountId).folder, "directory");
}
