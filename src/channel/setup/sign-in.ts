import { ensurePrivateFolder } from "../account/slot.js";
import { openAccountState } from "../account/state.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openZca } from "../account/zca.js";
import { recordLogin } from "../login/after-login.js";
import { loginWithFile, type LoggedIn } from "../../zca/index.js";

/** Logs an account in with a saved session and tells the running gateway by the file it watches. */
export async function signInWithFile(account: ResolvedAccount, file: string): Promise<LoggedIn> {
  if (account.fault) throw account.fault;
  const { folder } = openAccountState(account.accountId);
  ensurePrivateFolder(folder);
  return loginWithFile({
    zca: openZca(account),
    lockDir: folder,
    file,
    record: (found) => recordLogin(account, found),
  });
}

/** "Trợ lý Minh (user id 33…)" for people. */
export function personText({ uid, displayName }: LoggedIn): string {
  return displayName === undefined ? `user id ${uid}` : `${displayName} (user id ${uid})`;
}
