import path from "node:path";
import { z } from "zod";
import { openzcaHome } from "../../zca/index.js";
import type { ResolvedAccount } from "./accounts.js";
import { lookAt } from "./stat.js";
import { openAccountState } from "./state.js";
import { openZca } from "./zca.js";

/**
 * What stood when an account was found unusable. Holds the very files that were looked at, not how to find them: a
 * command in a shell with another PATH or HOME must not judge by its own.
 */
export const evidenceShape = z.object({
  profile: z.string(),
  configuredProgram: z.string().optional(),
  /** Absolute paths with their modification times in ms, 0 = missing. */
  files: z.array(z.object({ path: z.string(), mtimeMs: z.number() })),
});

export type Evidence = z.infer<typeof evidenceShape>;

export function gatherEvidence(account: ResolvedAccount): Evidence {
  const home = openzcaHome(openZca(account).environment("status"));
  const files = [
    ...programPath(account),
    path.join(home, "profiles", account.profile, "credentials.json"),
    openAccountState(account.accountId).login.path,
  ];
  return {
    profile: account.profile,
    ...(account.settings.zcaBinary === undefined ? {} : { configuredProgram: account.settings.zcaBinary }),
    files: files.map((file) => ({ path: file, mtimeMs: modifiedMs(file) ?? 0 })),
  };
}

/** Whether nothing has changed since: same profile, same configured program, same files. Spawns nothing. */
export function stillHolds(account: ResolvedAccount, evidence: Evidence): boolean {
  return (
    evidence.profile === account.profile &&
    evidence.configuredProgram === account.settings.zcaBinary &&
    // What cannot be looked at tells of no change: that would be a login more on a dead session.
    evidence.files.every((file) => (modifiedMs(file.path) ?? file.mtimeMs) === file.mtimeMs)
  );
}

/** Names the program file as it is now; changes when it is replaced, appears or goes. Looks at the file system only. */
export function programFingerprint(account: ResolvedAccount): string {
  return programPath(account)
    .map((program) => `${program}@${modifiedMs(program) ?? 0}`)
    .join("");
}

function programPath(account: ResolvedAccount): string[] {
  try {
    return [openZca(account).binary().path];
  } catch {
    // Not there: the start itself reports why.
    return [];
  }
}

/** 0 = missing; undefined when nobody can tell. */
function modifiedMs(file: string): number | undefined {
  const found = lookAt(file);
  return found instanceof Error ? undefined : (found?.mtimeMs ?? 0);
}
