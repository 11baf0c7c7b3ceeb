import { openAccountState } from "../account/state.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { clearVerdict } from "../account/verdict.js";
import type { LoggedIn } from "../../zca/index.js";
import { forgetDirectory } from "../operate/directory-cache.js";

/**
 * Records a new login: the running account sees the file change and restarts on the new session, a blocked one may
 * start again.
 */
export function recordLogin(account: ResolvedAccount, { uid, displayName }: LoggedIn): void {
  const state = openAccountState(account.accountId);
  const previous = state.login.read();
  if (previous !== undefined && previous.uid !== uid) forgetDirectory(account.accountId);
  state.budget.clear();
  clearVerdict(account.accountId);
  state.login.write({ uid, ...(displayName === undefined ? {} : { displayName }), atMs: Date.now(), byLogin: true });
}
