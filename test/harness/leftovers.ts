import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { processesOf } from "../gateway/rig/processes.ts";

/** What a stopped host must not leave: its processes, locks of profiles, records of children, staged files. */
export async function leftoversOf(folders: {
  readonly root: string;
  /** `OPENZCA_HOME`. */
  readonly zaloHome: string;
  /** `OPENCLAW_STATE_DIR`. */
  readonly state: string;
  /** `TMPDIR`. */
  readonly temp: string;
}): Promise<string[]> {
  const processes = (await processesOf(folders.root)).map(({ pid, command }) => `process ${pid}: ${command}`);
  const locks = list(path.join(folders.zaloHome, "profiles"))
    .map((profile) => path.join("profiles", profile, "listener-owner.json"))
    .filter((file) => existsSync(path.join(folders.zaloHome, file)))
    .map((file) => `lock ${file}`);
  const accounts = path.join(folders.state, "zalouser", "accounts");
  const ours = list(accounts).flatMap((account) =>
    ["processes", "outgoing"].flatMap((folder) =>
      list(path.join(accounts, account, folder)).map((name) => `file ${account}/${folder}/${name}`),
    ),
  );
  const halfWritten = list(accounts).flatMap((account) =>
    list(path.join(accounts, account)).flatMap((name) => (name.endsWith(".tmp") ? [`file ${account}/${name}`] : [])),
  );
  const temp = list(folders.temp)
    // The host's own caches.
    .filter((name) => !/^(?:\.?openclaw|node-compile-cache|jiti)/u.test(name))
    .map((name) => `temporary file ${name}`);
  return [...processes, ...locks, ...ours, ...halfWritten, ...temp];
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
