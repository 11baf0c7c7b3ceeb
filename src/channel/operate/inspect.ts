import type { ResolvedAccount } from "../account/accounts.js";
import { loginsOfDay } from "../account/logins.js";
import { openAccountState } from "../account/state.js";
import { standingVerdict, verdictError } from "../account/verdict.js";
import { openZca } from "../account/zca.js";
import { catchUpCounts, describeUncovered } from "../catchup/counts.js";
import { loopNotices } from "../inbound/loop-guard.js";
import { floodHint, floodOf } from "../inbound/strangers.js";
import { journalProblems, journalSnapshot } from "../journal/journals.js";
import { nameTable } from "../names/report.js";
import { strangersOfDay } from "../outbound/first-contacts.js";
import { standingRefusal } from "../outbound/refused-session.js";
import { knownLedgerTrouble } from "../outbound/ledgers.js";
import { describeRest } from "../outbound/rests.js";
import { recentSends, sendNotices } from "../outbound/send-ring.js";
import { knownRest, knownSender } from "../outbound/senders.js";
import { pauseNotice, pausesOf } from "../paused/conversations.js";
import { activityOf } from "./activity.js";
import { knownGaps, supervisorSnapshot } from "./supervisors.js";

export { ackHints } from "../inbound/ack.js";
export { probeAccount, type Probe } from "./probe.js";

/** What stands against starting this account, read from disk only. */
export function blockedReason(account: ResolvedAccount): string | undefined {
  const verdict = standingVerdict(account);
  return verdict === undefined ? undefined : verdictError(account.accountId, verdict).message;
}

/** What the running account has to tell its operator, as sentences; beside what the config alone shows. */
export function notices(account: ResolvedAccount): string[] {
  const rest = knownRest(account);
  const all = [
    pauseNotice(account.accountId, Date.now()),
    floodHint(account, Date.now()),
    refusalNotice(account),
    loginNotice(account),
    ageNotice(account, Date.now()),
    rest === undefined ? undefined : describeRest(account.accountId, rest),
    ...sendNotices(account),
  ];
  return [
    ...all.filter((notice) => notice !== undefined),
    ...loopNotices(account, Date.now()),
    ...journalProblems(account.accountId),
    ...missedNotices(account),
  ];
}

/** What was said while nobody listened and could not be read back. */
function missedNotices({ accountId, configPath }: ResolvedAccount): string[] {
  const what = describeUncovered(catchUpCounts(accountId), configPath);
  return what.map((sentence) => `Zalo account "${accountId}" may have missed messages: ${sentence}`);
}

/** A send found the session dead while the listener, which logged in earlier, still hears. */
function refusalNotice(account: ResolvedAccount): string | undefined {
  return blockedReason(account) === undefined ? standingRefusal(account)?.message : undefined;
}

/** Replies cost a login each, which is the point of the account; of the others a healthy one makes fewer than this a day. */
const MANY_LOGINS = 60;

function loginNotice({ accountId }: ResolvedAccount): string | undefined {
  const { total, byKind } = loginsOfDay(accountId);
  if (total - (byKind["send"] ?? 0) <= MANY_LOGINS) return undefined;
  const kinds = Object.entries(byKind).sort(([, one], [, other]) => other - one);
  const list = kinds.map(([kind, count]) => `${kind} ${count}`).join(", ");
  return `Zalo account "${accountId}" logged in ${total} times within 24 hours (${list}); many logins put it at risk. \`openclaw channels status --json\` lists the last ends of its listener.`;
}

const dayMs = 24 * 60 * 60_000;
/** Zalo has been seen to end sessions after a week. */
const oldAfterDays = 6;

/** A login of the owner's choosing is better than one in the middle of a conversation. */
function ageNotice(account: ResolvedAccount, nowMs: number): string | undefined {
  const { accountId } = account;
  const login = openAccountState(accountId).login.read();
  if (login?.byLogin !== true || blockedReason(account) !== undefined) return undefined;
  const days = Math.floor((nowMs - login.atMs) / dayMs);
  if (days < oldAfterDays) return undefined;
  return `The login of Zalo account "${accountId}" is ${days} days old, and Zalo often ends one after seven. Renew it when it suits you: openclaw channels login --channel zalouser --account ${accountId}`;
}

/** Counters and rings of this process for status; no message text. */
export function accountDetails(account: ResolvedAccount) {
  const supervisor = supervisorSnapshot(account.accountId);
  const activity = activityOf(account.accountId).snapshot();
  const sender = knownSender(account);
  return {
    calls: openZca(account).counts(),
    loginsOfDay: loginsOfDay(account.accountId),
    loggedInAt: openAccountState(account.accountId).login.read()?.atMs ?? null,
    strangersOfDay: strangersOfDay(account.accountId),
    missing: knownGaps(account.accountId),
    names: nameTable(account),
    inbound: activity.inbound,
    malformedLines: activity.malformed,
    journal: journalSnapshot(account.accountId) ?? null,
    catchUp: catchUpCounts(account.accountId),
    decisions: activity.decisions,
    paused: pausesOf(account.accountId, Date.now()),
    pairingFlood: floodOf(account.accountId, Date.now()) ?? null,
    sends: { sent: activity.sent, unsent: activity.unsent, unknown: activity.unknown },
    recentSends: recentSends(account.accountId),
    sendLedger: knownLedgerTrouble(account.accountId) ?? "ok",
    ...(sender === undefined ? {} : { queue: sender.queue.snapshot() }),
    listener: {
      starts: supervisor?.starts ?? 0,
      attempts: supervisor?.attempts ?? 0,
      // Of a blocked account nothing runs; why it ended is asked all the more.
      exits: supervisor?.exits ?? openAccountState(account.accountId).exits.read() ?? [],
    },
    lastInboundAt: activity.lastInboundAtMs ?? null,
    lastOutboundAt: activity.lastOutboundAtMs ?? null,
  };
}
