import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { resolveStateDir } from "openclaw/plugin-sdk/state-paths";
import { CHANNEL_ID } from "../channel-id.js";

const known = new Map<string, boolean>();

/**
 * Whether the official plugin of the same id was logged in on this machine. A config written for it means less by an
 * unset `groupPolicy` and by names than one written for us, and must let nobody new in. Reads the host's state, once
 * per process; what cannot be read counts as no.
 */
export function hadOfficialPlugin(stateDir: string = resolveStateDir()): boolean {
  const answer = known.get(stateDir) ?? (hasSavedFiles(stateDir) || hasSavedRows(stateDir));
  known.set(stateDir, answer);
  return answer;
}

/** Where versions up to early 2026.9 kept the session, or what the host's doctor left of it. */
function hasSavedFiles(stateDir: string): boolean {
  try {
    return readdirSync(path.join(stateDir, "credentials", CHANNEL_ID)).some((name) => name.startsWith("credentials"));
  } catch {
    return false;
  }
}

/** Where later versions keep it: rows of their own in the host's database, which we may only look at. */
function hasSavedRows(stateDir: string): boolean {
  const file = path.join(stateDir, "state", "openclaw.sqlite");
  if (!existsSync(file)) return false;
  try {
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    const database = new DatabaseSync(file, { readOnly: true, timeout: 1000 });
    try {
      const query = "SELECT 1 FROM plugin_state_entries WHERE plugin_id = ? AND namespace = 'credentials' LIMIT 1";
      return database.prepare(query).get(CHANNEL_ID) !== undefined;
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}
