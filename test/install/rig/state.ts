import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Stage } from "../../gateway/rig/stage.ts";
import { waitFor } from "../../gateway/rig/wait.ts";

/** A file of the account `default` in OpenClaw's state folder. */
export function accountFile({ host }: Stage, name: string): string {
  return path.join(host.folders.state, "zalouser", "accounts", "default", name);
}

/** All rows of one query of a database that may be open elsewhere. */
export function rows(file: string, query: string): Record<string, unknown>[] {
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    return database.prepare(query).all();
  } finally {
    database.close();
  }
}

/** Messages that were written down and not handed over to OpenClaw yet. */
export function pendingRows(stage: Stage): Record<string, unknown>[] {
  return rows(accountFile(stage, "journal.sqlite"), "SELECT seq, payload FROM event WHERE state = 'pending'");
}

/** Waits until everything received is handed over and the outcome of every send is written down. */
export async function atRest(stage: Stage): Promise<void> {
  const unfinished = "SELECT 1 FROM sends WHERE ended_ms IS NULL";
  await waitFor(
    "the account to be at rest",
    () => pendingRows(stage).length === 0 && rows(accountFile(stage, "sends.sqlite"), unfinished).length === 0,
  );
}

/** What an account must not lose: who is logged in, who is let in, what is paused, which messages are known and sent. */
export async function treasures(stage: Stage): Promise<Record<string, unknown>> {
  const json = async (name: string) => JSON.parse(await readFile(accountFile(stage, name), "utf8"));
  const host = path.join(stage.host.folders.state, "state", "openclaw.sqlite");
  return {
    login: (await json("login.json")).uid,
    paused: existsSync(accountFile(stage, "paused.json")) ? await json("paused.json") : undefined,
    known: rows(accountFile(stage, "journal.sqlite"), "SELECT id FROM event WHERE state <> 'pending' ORDER BY id"),
    sent: rows(accountFile(stage, "sends.sqlite"), "SELECT message FROM sent_messages ORDER BY message"),
    approved: rows(
      host,
      "SELECT account_id, entry FROM channel_pairing_allow_entries WHERE channel_key = 'zalouser' ORDER BY 1, 2",
    ),
  };
}

/** Where something in OpenClaw's state folder bears our name: the topmost of each, by its path there. */
export async function placesOfOurs({ host }: Stage): Promise<string[]> {
  const all = await readdir(host.folders.state, { recursive: true });
  const topmost = all.flatMap((name) => /^(?:[^/]*\/)*?[^/]*zalouser[^/]*/u.exec(name)?.[0] ?? []);
  return [...new Set(topmost)].toSorted();
}
