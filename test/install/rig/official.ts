import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Stage } from "../../gateway/rig/stage.ts";
import { run } from "./commands.ts";
import { rows } from "./state.ts";

const runFile = promisify(execFile);
const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** A session as the official plugin saved it before 2026.9; its own doctor takes it into the host's database. */
export async function saveOfficialSession({ host }: Stage): Promise<void> {
  const folder = path.join(host.folders.state, "credentials", "zalouser");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const session = { imei: "imei", cookie: [], userAgent: "Mozilla/5.0", createdAt: "2026-08-01T00:00:00.000Z" };
  await writeFile(path.join(folder, "credentials.json"), JSON.stringify(session), { mode: 0o600 });
}

/** Rows in which the official plugin keeps its session now. */
export function officialSessions({ host }: Stage): number {
  const file = path.join(host.folders.state, "state", "openclaw.sqlite");
  return rows(file, "SELECT 1 FROM plugin_state_entries WHERE plugin_id = 'zalouser' AND namespace = 'credentials'")
    .length;
}

/**
 * Lets a person in under the official plugin: the request by the function of the host's that plugin calls for a message
 * of a stranger, for it cannot get one here; the approval by the operator's command.
 */
export async function approveUnderOfficial(stage: Stage, id: string): Promise<void> {
  const script = `
    const { upsertChannelPairingRequest } = await import("openclaw/plugin-sdk/conversation-runtime");
    const { code } = await upsertChannelPairingRequest({ channel: "zalouser", accountId: "default", id: ${JSON.stringify(id)} });
    console.log("code=" + code);
    process.exit(0);`;
  const args = ["--input-type=module", "-e", script];
  const { stdout } = await runFile(process.execPath, args, { cwd: repository, env: stage.host.env });
  const code = /^code=(\S+)$/mu.exec(stdout)?.[1];
  if (code === undefined) throw new Error(`No pairing code in ${stdout}`);
  await run(stage, ["pairing", "approve", "zalouser", code]);
}

/** Whatever the official plugin tries to reach is refused at once: it must never ask the real Zalo. */
export function closeNetwork({ host }: Stage): void {
  Object.assign(host.env, {
    NODE_USE_ENV_PROXY: "1",
    HTTPS_PROXY: "http://127.0.0.1:9",
    HTTP_PROXY: "http://127.0.0.1:9",
    NO_PROXY: "127.0.0.1,localhost",
  });
}

export function openNetwork({ host }: Stage): void {
  for (const name of ["NODE_USE_ENV_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"]) delete host.env[name];
}
