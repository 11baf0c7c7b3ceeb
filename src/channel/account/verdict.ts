import path from "node:path";
import { z } from "zod";
import { ZalouserError, type ErrorCode } from "../../errors.js";
import type { ResolvedAccount } from "./accounts.js";
import { evidenceShape, gatherEvidence, stillHolds } from "./evidence.js";
import { openSlot, type Slot } from "./slot.js";
import { openAccountState } from "./state.js";

/** Why an account is blocked; written before the listener is given up, read before any spawn. */
const verdictShape = z.object({
  kind: z.enum(["logged-out", "login-refused", "unlicensed", "wrong-account"]),
  detail: z.string(),
  atMs: z.number(),
  evidence: evidenceShape,
});

type StoredVerdict = z.infer<typeof verdictShape>;
export type Verdict = Omit<StoredVerdict, "evidence">;

const codes = {
  "logged-out": "ZCA_LOGGED_OUT",
  "login-refused": "ZCA_LOGIN_REFUSED",
  unlicensed: "ZCA_UNLICENSED",
  "wrong-account": "ZCA_WRONG_ACCOUNT",
} as const satisfies Record<Verdict["kind"], ErrorCode>;

/**
 * The verdict that holds for an account, read from disk without spawning anything. A login clears it; a changed program
 * or saved login outdates it. Reading never removes it.
 */
export function standingVerdict(account: ResolvedAccount): Verdict | undefined {
  const stored = slotOf(account.accountId).read();
  // A license is activated outside our sight; asking the program again costs no login.
  if (stored === undefined || stored.kind === "unlicensed") return undefined;
  return stillHolds(account, stored.evidence) ? stored : undefined;
}

export function pronounce(account: ResolvedAccount, verdict: Verdict): void {
  slotOf(account.accountId).write({ ...verdict, evidence: gatherEvidence(account) });
}

/** Somebody else than `expectedUid` is logged in behind the profile. */
export function wrongPerson(expectedUid: string, foundUid: string, atMs: number): Verdict {
  return { kind: "wrong-account", detail: `user id ${foundUid} instead of ${expectedUid}`, atMs };
}

export function clearVerdict(accountId: string): void {
  slotOf(accountId).clear();
}

/** What the operator reads about a blocked account: what happened and the command that mends it. */
export function verdictError(accountId: string, { kind, detail }: Pick<Verdict, "kind" | "detail">): ZalouserError {
  // zca's own words end as sentences; here they stand in brackets.
  return new ZalouserError(codes[kind], sentence(kind, detail.replace(/\.$/, "")), { accountId });
}

function slotOf(accountId: string): Slot<StoredVerdict> {
  return openSlot(path.join(openAccountState(accountId).folder, "verdict.json"), verdictShape, accountId);
}

function sentence(kind: Verdict["kind"], detail: string): string {
  switch (kind) {
    case "logged-out":
      return "There is no Zalo login.";
    case "login-refused":
      return `Zalo refused the saved login (${detail}).`;
    case "unlicensed":
      return "zca has no valid license.";
    case "wrong-account":
      return `Another Zalo account is logged in behind this profile (${detail}).`;
  }
}
