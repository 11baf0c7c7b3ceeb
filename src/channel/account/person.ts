import { existsSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import { ensurePrivateFolder } from "./slot.js";
import type { AccountState } from "./state.js";

/** What belongs to the account, whoever is logged in. All else is about one person's conversations. */
const shared = new Set([
  "budget.json",
  // Says of each delivery whose it is, so it has to outlast them.
  "deliveries.json",
  "exits.json",
  "former",
  "login.json",
  "logins.log",
  "person.json",
  "processes",
  "verdict.json",
]);

/**
 * Makes an account's folder the one of this person: journal, ledger, pins and directory of whoever was logged in before
 * are set aside under `former/<uid>`, and come back when that person does. User ids mean other people for another
 * person, so nothing of it may be read. To be called before any of it is opened. Returns who was set aside.
 */
export function settlePerson({ folder, person }: AccountState, uid: string): string | undefined {
  const before = person.read()?.uid;
  const left = before !== undefined && before !== uid ? before : undefined;
  if (left !== undefined) moveAll(folder, path.join(folder, "former", left), (name) => !isShared(name));
  // In this order: after a crash in between the next start finds the folder empty and goes on.
  if (before !== uid) person.write({ uid, ...(left !== undefined && { before: { uid: left, untilMs: Date.now() } }) });
  const kept = path.join(folder, "former", uid);
  if (existsSync(kept)) moveAll(kept, folder, () => true);
  return left;
}

function isShared(name: string): boolean {
  // Locks, drafts and pictures of a login live for a moment and belong to whoever made them.
  return shared.has(name) || name.startsWith("login-") || name.startsWith("zalouser-login-") || name.endsWith(".tmp");
}

function moveAll(from: string, to: string, wanted: (name: string) => boolean): void {
  const names = readdirSync(from).filter((name) => wanted(name));
  if (names.length === 0) return;
  ensurePrivateFolder(path.dirname(to));
  ensurePrivateFolder(to);
  for (const name of names) renameSync(path.join(from, name), path.join(to, name));
}
