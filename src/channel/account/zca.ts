import { createZca, type Zca } from "../../zca/index.js";
import type { ResolvedAccount } from "./accounts.js";
import { countLogin } from "./logins.js";
import { openAccountState } from "./state.js";

const handles = new Map<string, Zca>();

/** The zca program of an account; one handle per account, program and state folder, so that calls are counted in one place. */
export function openZca(account: ResolvedAccount): Zca {
  const { accountId, profile, configPath, settings } = account;
  const recordsDir = openAccountState(accountId).processFolder;
  const key = JSON.stringify([accountId, profile, settings.zcaBinary, settings.zcaEnv, recordsDir]);
  const known = handles.get(key);
  if (known) return known;
  const zca = createZca({
    accountId,
    profile,
    configuredBinary: settings.zcaBinary,
    binaryConfigPath: `${configPath}.zcaBinary`,
    parentEnv: process.env,
    extraEnvNames: settings.zcaEnv ?? [],
    recordsDir,
    onCall: (kind) => countLogin(accountId, kind),
  });
  handles.set(key, zca);
  return zca;
}
