import type { ResolvedAccount } from "../account/accounts.js";
import { savedSession } from "../account/session.js";
import { pronounce, type Verdict } from "../account/verdict.js";

export interface TriedLogin {
  /** A start takes the saved login as it is now. */
  begin<T>(start: () => T): T;
  /** Writes down what the last start found out; false when somebody has logged in since: it says nothing of that login. */
  pronounce(verdict: Verdict): boolean;
}

export function openTriedLogin(account: ResolvedAccount): TriedLogin {
  let tried: string | undefined;
  return {
    begin(start) {
      tried = savedSession(account);
      return start();
    },
    pronounce(verdict) {
      // Not the file's time: the program may write fresh cookies into the login it tries.
      if (savedSession(account) !== tried) return false;
      pronounce(account, verdict);
      return true;
    },
  };
}
