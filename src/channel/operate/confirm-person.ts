import { ZalouserError, type ErrorCode, isZalouserError } from "../../errors.js";
import { sleep, type Clock } from "../../supervisor/index.js";
import { isLoginRunning, ownId } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { settlePerson } from "../account/person.js";
import { profileTrouble, savedSession } from "../account/session.js";
import { openAccountState } from "../account/state.js";
import { pronounce, standingVerdict, verdictError, wrongPerson } from "../account/verdict.js";
import { openZca } from "../account/zca.js";
import type { Logger } from "../inbound/account-run.js";
import { journalSnapshot } from "../journal/journals.js";
import { closeLedger } from "../outbound/ledgers.js";

const LOGIN_POLL_MS = 1000;
/** Asking is a login; one that fails is asked ever more seldom. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 30 * 60_000;

/** Refusals no waiting mends. */
const verdicts: Partial<Record<ErrorCode, "logged-out" | "login-refused" | "unlicensed">> = {
  ZCA_LOGGED_OUT: "logged-out",
  ZCA_LOGIN_REFUSED: "login-refused",
  ZCA_UNLICENSED: "unlicensed",
};

export interface ConfirmOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Told why the account waits, and until when if that is known. */
  onWaiting(why: string, untilMs: number | undefined): void;
}

/** How long each account waits after its next failed question; a restart of the account does not shorten it. */
const pauses = new Map<string, number>();

/**
 * Makes sure whose session the profile holds before anything is read, heard or sent, and that the account's folder is
 * that person's. Costs nothing as long as every login is ours; a login made outside of us is asked for, once. Returns why
 * the account must not start, if so.
 */
export async function confirmPerson(
  account: ResolvedAccount,
  options: ConfirmOptions,
): Promise<ZalouserError | undefined> {
  const { accountId, profile } = account;
  const { clock, signal, log } = options;
  const state = openAccountState(accountId);
  while (!signal.aborted) {
    if (isLoginRunning(state.folder, profile)) {
      options.onWaiting(`Zalo account "${accountId}": A login of this account is going on.`, undefined);
      await sleep(clock, LOGIN_POLL_MS, signal);
      continue;
    }
    const verdict = standingVerdict(account);
    if (verdict !== undefined) return verdictError(accountId, verdict);
    const trouble = profileTrouble(account);
    if (trouble !== undefined) {
      options.onWaiting(trouble.message, undefined);
      await sleep(clock, LOGIN_POLL_MS, signal);
      continue;
    }
    const record = state.login.read();
    const session = savedSession(account);
    const known = record?.uid ?? state.person.read()?.uid;
    // Without a saved login to compare, a program that keeps it elsewhere is believed until a logout.
    const isSame = record === undefined ? false : session === undefined || (record.session ?? session) === session;
    if (known === undefined || isSame) {
      const leftBehind = record === undefined ? undefined : whyLeftBehind(record.uid);
      if (leftBehind === undefined) {
        settle(record?.uid);
        return undefined;
      }
      options.onWaiting(leftBehind, undefined);
      await sleep(clock, LOGIN_POLL_MS, signal);
      continue;
    }
    const found = await ask(account, signal);
    if (signal.aborted) break;
    if ("error" in found) {
      const kind = verdicts[found.error.code];
      if (kind !== undefined) return block({ kind, detail: found.error.what, atMs: clock.now() });
      const pauseMs = pauses.get(accountId) ?? FIRST_PAUSE_MS;
      pauses.set(accountId, Math.min(pauseMs * 2, LONGEST_PAUSE_MS));
      options.onWaiting(found.error.message, clock.now() + pauseMs);
      await sleep(clock, pauseMs, signal);
      continue;
    }
    pauses.delete(accountId);
    // After a logout anybody may take the account over; without one it is a mistake until a person says otherwise.
    if (record !== undefined && record.uid !== found.uid) return block(wrongPerson(record.uid, found.uid, clock.now()));
    state.login.write({
      ...record,
      uid: found.uid,
      atMs: clock.now(),
      byLogin: false,
      ...(session !== undefined && { session }),
    });
  }
  return undefined;

  /** Why somebody else's journal is still open, if it is: it must not be moved away under whoever writes to it. */
  function whyLeftBehind(uid: string): string | undefined {
    const journal = (state.person.read()?.uid ?? uid) === uid ? undefined : journalSnapshot(accountId);
    if (journal === undefined) return undefined;
    if (journal.trouble === undefined)
      return `Zalo account "${accountId}": Turns of the user who was logged in before are still ending.`;
    const what = `What the user who was logged in before received is only in memory, because the journal ${journal.path} cannot be written (${journal.trouble.reason}). The new login starts once that is on disk; restarting the gateway gives it up.`;
    return new ZalouserError("JOURNAL_UNWRITABLE", what, { accountId }).message;
  }

  function settle(uid: string | undefined): void {
    if ((state.person.read()?.uid ?? uid) !== uid) closeLedger(accountId);
    const left = uid === undefined ? undefined : settlePerson(state, uid);
    if (left !== undefined) log.warn(`what belongs to the user ${left}, who was logged in before, was set aside`);
  }

  function block(verdict: Parameters<typeof pronounce>[1]): ZalouserError {
    pronounce(account, verdict);
    return verdictError(accountId, verdict);
  }
}

type Answer = { readonly uid: string } | { readonly error: ZalouserError };

async function ask(account: ResolvedAccount, signal: AbortSignal): Promise<Answer> {
  try {
    return { uid: await ownId(openZca(account), signal) };
  } catch (error) {
    if (isZalouserError(error)) return { error };
    const what = "Who is logged in behind this profile could not be asked.";
    return { error: new ZalouserError("ZCA_FAILED", what, { accountId: account.accountId, cause: error }) };
  }
}
