import { describeError } from "../../errors.js";
import type { Clock } from "../../supervisor/index.js";
import { isLoginRunning } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { profileTrouble, savedSession } from "../account/session.js";
import { openAccountState } from "../account/state.js";

/** How often a new login by another process is looked for: two looks at small files. */
const WATCH_MS = 1000;

export interface SessionWatch {
  readonly account: ResolvedAccount;
  readonly clock: Clock;
  /** Between two looks, in ms. */
  readonly watchMs?: number;
  readonly log: { warn(message: string): void };
  /** The same person logged in again: the old session is worth nothing any more. */
  onLogin(): void;
  /** Somebody logged in outside of us, or as another person: nothing may go on until it is known who. */
  onChange(): void;
}

/** Looks for logins made by other processes while an account runs; the returned function ends it. */
export function watchSession(watch: SessionWatch): () => void {
  const { account, clock, log, watchMs = WATCH_MS } = watch;
  const state = openAccountState(account.accountId);
  let version = state.login.version();
  let record = state.login.read();
  let cancel = () => {};
  let ended = false;
  let told: string | undefined;
  const compare = () => {
    const before = record;
    const latest = state.login.version();
    if (latest !== version) {
      [version, record] = [latest, state.login.read()];
      // Learned only now, after a logout: the account's folder may still be the user's from before.
      const known = before?.uid ?? state.person.read()?.uid;
      if (known !== undefined && record !== undefined && known !== record.uid) watch.onChange();
      // Written by ourselves when the user id was learned: that is no new login.
      else if (record?.byLogin === true) watch.onLogin();
    }
    const session = savedSession(account);
    const isForeign = record?.session !== undefined && session !== undefined && record.session !== session;
    // One of ours replaces the saved session first and tells who it was a moment later.
    if (isForeign && !isLoginRunning(state.folder, account.profile)) watch.onChange();
  };
  /** Whatever goes wrong must end neither the watch nor, being in a timer, the gateway. Returns what did. */
  const tryToCompare = () => {
    try {
      compare();
      return profileTrouble(account)?.message;
    } catch (error) {
      return `looking for new logins of Zalo account "${account.accountId}" failed: ${describeError(error)}`;
    }
  };
  const look = () => {
    const trouble = tryToCompare();
    // Told once: this looks every second.
    if (trouble !== undefined && trouble !== told) log.warn(trouble);
    told = trouble;
    if (!ended) cancel = clock.setTimeout(look, watchMs);
  };
  cancel = clock.setTimeout(look, watchMs);
  return () => {
    ended = true;
    cancel();
  };
}
