import { describeError, isZalouserError, ZalouserError } from "../../errors.js";
import { authStatus } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { standingVerdict, verdictError } from "../account/verdict.js";
import { openZca } from "../account/zca.js";
import { knownSender } from "../outbound/senders.js";
import { activityOf } from "./activity.js";
import { knownGaps, supervisorSnapshot } from "./supervisors.js";

/** What `channels status --probe` learns: the program, and by one login who the profile is. */
export interface Probe {
  readonly ok: boolean;
  readonly error?: string;
  readonly program?: string;
  readonly version?: string;
  /** What this program cannot do, in words. */
  readonly missing?: readonly string[];
  readonly userId?: string;
  readonly displayName?: string;
}

export async function probeAccount(account: ResolvedAccount, timeoutMs: number): Promise<Probe> {
  if (account.fault) return { ok: false, error: account.fault.message };
  const signal = AbortSignal.timeout(timeoutMs);
  const zca = openZca(account);
  try {
    const program = zca.binary().path;
    const { version, flavor, missing } = await zca.capabilities();
    const found = { program, version: `${flavor === "openzca" ? "openzca" : "zca-cli"} ${version}`, missing };
    const status = await authStatus(zca, signal);
    if (!status.loggedIn) return { ok: false, error: status.error.message, ...found };
    const { userId, displayName } = status;
    return {
      ok: true,
      ...found,
      ...(userId === undefined ? {} : { userId }),
      ...(displayName === undefined ? {} : { displayName }),
    };
  } catch (error) {
    if (isZalouserError(error)) return { ok: false, error: error.message };
    const { accountId } = account;
    return { ok: false, error: new ZalouserError("ZCA_FAILED", `${describeError(error)}.`, { accountId }).message };
  }
}

/** What stands against starting this account, read from disk only. */
export function blockedReason(account: ResolvedAccount): string | undefined {
  const verdict = standingVerdict(account);
  return verdict === undefined ? undefined : verdictError(account.accountId, verdict).message;
}

/** Counters and rings of this process for status; no message text. */
export function accountDetails(account: ResolvedAccount) {
  const supervisor = supervisorSnapshot(account.accountId);
  const activity = activityOf(account.accountId).snapshot();
  const sender = knownSender(account);
  return {
    calls: openZca(account).counts(),
    missing: knownGaps(account.accountId),
    inbound: activity.inbound,
    malformedLines: activity.malformed,
    decisions: activity.decisions,
    sends: { sent: activity.sent, unsent: activity.unsent, unknown: activity.unknown },
    ...(sender === undefined ? {} : { queue: sender.queue.snapshot() }),
    ...(supervisor === undefined
      ? {}
      : { listener: { starts: supervisor.starts, attempts: supervisor.attempts, exits: supervisor.exits } }),
    lastInboundAt: activity.lastInboundAtMs ?? null,
    lastOutboundAt: activity.lastOutboundAtMs ?? null,
  };
}
