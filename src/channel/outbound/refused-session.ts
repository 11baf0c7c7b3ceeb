import type { ErrorCode, ZalouserError } from "../../errors.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { gatherEvidence, stillHolds, type Evidence } from "../account/evidence.js";
import { standingVerdict, verdictError } from "../account/verdict.js";

const refusals = new Set<ErrorCode>(["ZCA_LOGGED_OUT", "ZCA_LOGIN_REFUSED", "ZCA_UNLICENSED"]);

/** Sessions a send found dead, by account, with what would make them worth another try. */
const refused = new Map<string, { readonly error: ZalouserError; readonly evidence: Evidence }>();

/**
 * Why nothing can be sent for now. Every call of zca is a login; on a dead session each retry of the host would be one
 * more refused login, which is what gets accounts locked.
 */
export function standingRefusal(account: ResolvedAccount): ZalouserError | undefined {
  const verdict = standingVerdict(account);
  if (verdict !== undefined) return verdictError(account.accountId, verdict);
  const known = refused.get(account.accountId);
  if (known === undefined || stillHolds(account, known.evidence)) return known?.error;
  refused.delete(account.accountId);
  return undefined;
}

export function noteRefusal(account: ResolvedAccount, error: ZalouserError): void {
  if (refusals.has(error.code)) refused.set(account.accountId, { error, evidence: gatherEvidence(account) });
}
