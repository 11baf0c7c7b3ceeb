import { ZalouserError, type ErrorCode } from "../../errors.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { gatherEvidence, stillHolds, type Evidence } from "../account/evidence.js";
import { isForeignSession, profileTrouble } from "../account/session.js";
import { standingVerdict, verdictError } from "../account/verdict.js";

const refusals = new Set<ErrorCode>(["ZCA_LOGGED_OUT", "ZCA_LOGIN_REFUSED", "ZCA_UNLICENSED"]);

/** Sessions a send found dead, by account, with what would make them worth another try. */
const refused = new Map<
  string,
  { readonly error: ZalouserError; readonly evidence: Evidence; readonly atMs: number }
>();

/**
 * Why nothing can be sent for now. Every call of zca is a login; on a dead session each retry of the host would be one
 * more refused login, which is what gets accounts locked.
 */
export function standingRefusal(account: ResolvedAccount): ZalouserError | undefined {
  const verdict = standingVerdict(account);
  if (verdict !== undefined) return verdictError(account.accountId, verdict);
  const trouble = profileTrouble(account);
  if (trouble !== undefined) return trouble;
  if (isForeignSession(account)) {
    const what = "Somebody logged in to this profile; who it is has to be known before anything is sent.";
    return new ZalouserError("ZCA_WRONG_ACCOUNT", what, { accountId: account.accountId });
  }
  const known = refused.get(account.accountId);
  if (known === undefined || stillHolds(account, known.evidence)) return known?.error;
  refused.delete(account.accountId);
  return undefined;
}

export function noteRefusal(account: ResolvedAccount, error: ZalouserError): void {
  if (!refusals.has(error.code)) return;
  refused.set(account.accountId, { error, evidence: gatherEvidence(account), atMs: Date.now() });
}

/** A login that began after the refusal went through: Zalo takes the session again. */
export function forgetRefusal(accountId: string, loggedInAtMs: number): void {
  if ((refused.get(accountId)?.atMs ?? Number.POSITIVE_INFINITY) < loggedInAtMs) refused.delete(accountId);
}
