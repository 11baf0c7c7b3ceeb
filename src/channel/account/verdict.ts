import { ZalouserError, type ErrorCode } from "../../errors.js";
import type { ResolvedAccount } from "./accounts.js";
import { openAccountState, type StoredVerdict } from "./state.js";
import { fingerprint } from "./zca.js";

const codes = {
  "logged-out": "ZCA_LOGGED_OUT",
  "login-refused": "ZCA_LOGIN_REFUSED",
  unlicensed: "ZCA_UNLICENSED",
  "wrong-account": "ZCA_WRONG_ACCOUNT",
} as const satisfies Record<StoredVerdict["kind"], ErrorCode>;

/**
 * The verdict that still holds for an account, read from disk without spawning anything. A changed program or a changed
 * saved login lifts it; a login clears it.
 */
export function standingVerdict(account: ResolvedAccount): StoredVerdict | undefined {
  const { verdict } = openAccountState(account.accountId);
  const stored = verdict.read();
  if (stored === undefined || stored.evidence === fingerprint(account)) return stored;
  verdict.clear();
  return undefined;
}

export function pronounce(account: ResolvedAccount, verdict: Omit<StoredVerdict, "evidence">): void {
  openAccountState(account.accountId).verdict.write({ ...verdict, evidence: fingerprint(account) });
}

/** What the operator reads about a blocked account: what happened and the command that mends it. */
export function verdictError(
  accountId: string,
  { kind, detail }: Pick<StoredVerdict, "kind" | "detail">,
): ZalouserError {
  return new ZalouserError(codes[kind], sentence(kind, detail), { accountId });
}

function sentence(kind: StoredVerdict["kind"], detail: string): string {
  switch (kind) {
    case "logged-out":
      return "There is no Zalo login.";
    case "login-refused":
      return `Zalo refused the saved login (${detail}).`;
    case "unlicensed":
      return `zca has no valid licence (${detail}).`;
    case "wrong-account":
      return `Another Zalo account is logged in behind this profile (${detail}).`;
  }
}
