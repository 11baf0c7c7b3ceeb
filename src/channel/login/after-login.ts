import { openAccountState } from "../account/state.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { savedSession } from "../account/session.js";
import { clearVerdict, pronounce, verdictError, wrongPerson } from "../account/verdict.js";
import type { LoggedIn } from "../../zca/index.js";

/**
 * Records a new login: the running account sees the file change and restarts on the new session, a blocked one may
 * start again. Throws `ZCA_WRONG_ACCOUNT` when somebody else than before scanned the code: the account is blocked, for
 * it would answer that person's contacts and know none of them. A logout first says that this is meant.
 */
export function recordLogin(account: ResolvedAccount, { uid, displayName }: LoggedIn): void {
  const state = openAccountState(account.accountId);
  const previous = state.login.read();
  if (previous !== undefined && previous.uid !== uid) {
    const verdict = wrongPerson(previous.uid, uid, Date.now());
    pronounce(account, verdict);
    throw verdictError(account.accountId, verdict);
  }
  state.budget.clear();
  clearVerdict(account.accountId);
  const session = savedSession(account);
  state.login.write({
    uid,
    ...(displayName === undefined ? {} : { displayName }),
    atMs: Date.now(),
    byLogin: true,
    ...(session === undefined ? {} : { session }),
  });
}
