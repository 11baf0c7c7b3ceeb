import type { ResolvedAccount } from "../account/accounts.js";
import { savedSession } from "../account/session.js";
import { openAccountState } from "../account/state.js";
import { standingVerdict } from "../account/verdict.js";

/** Who an account is logged in as, read from disk. Asking Zalo would be a login. */
export interface LinkedPerson {
  readonly uid: string | undefined;
  readonly name: string | undefined;
}

/** Undefined when there is no login, or none that works any more. */
export function linkedPerson(account: ResolvedAccount): LinkedPerson | undefined {
  if (account.fault !== undefined || standingVerdict(account) !== undefined) return undefined;
  const known = openAccountState(account.accountId).login.read();
  if (known === undefined && savedSession(account) === undefined) return undefined;
  return { uid: known?.uid, name: known?.displayName };
}
