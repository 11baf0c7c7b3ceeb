import { statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { createZca, type Zca } from "../../zca/index.js";
import type { ResolvedAccount } from "./accounts.js";
import { openAccountState } from "./state.js";

const handles = new Map<string, Zca>();

/** The zca program of an account; one handle per account and program, so that calls are counted in one place. */
export function openZca(account: ResolvedAccount): Zca {
  const { accountId, profile, configPath, settings } = account;
  const key = JSON.stringify([accountId, profile, settings.zcaBinary, settings.zcaEnv]);
  const known = handles.get(key);
  if (known) return known;
  const zca = createZca({
    accountId,
    profile,
    configuredBinary: settings.zcaBinary,
    binaryConfigPath: `${configPath}.zcaBinary`,
    parentEnv: process.env,
    extraEnvNames: settings.zcaEnv ?? [],
    recordsDir: openAccountState(accountId).processFolder,
  });
  handles.set(key, zca);
  return zca;
}

/**
 * Changes when the program or the saved login changes; looks at the file system only. A blocked account whose
 * fingerprint is the same has nothing new to try.
 */
export function fingerprint(account: ResolvedAccount): string {
  const home = process.env["OPENZCA_HOME"] ?? path.join(homedir(), ".openzca");
  const credentials = path.join(home, "profiles", account.profile, "credentials.json");
  return `${programFingerprint(account)}|${modified(credentials)}`;
}

function programFingerprint(account: ResolvedAccount): string {
  try {
    const { path: program, mtimeMs } = openZca(account).binary();
    return `${program}@${mtimeMs}`;
  } catch {
    // Not there: that is a fingerprint too, and the start itself reports why.
    return "missing";
  }
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
