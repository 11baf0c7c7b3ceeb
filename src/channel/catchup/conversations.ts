import { readChannelAllowFromStore } from "openclaw/plugin-sdk/channel-pairing";
import {
  isZaloId,
  parseTarget,
  readListedEntry,
  resolveGroupRule,
  type Candidate,
  type Target,
} from "../../policy/index.js";
import type { InboundMessage } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID } from "../channel-id.js";
import type { AccountRun } from "../inbound/account-run.js";
import { judge } from "../inbound/decide.js";
import { toTurnMessage } from "../inbound/turn-message.js";
import { settingsById } from "../names/settings.js";

/** People the operator let in by a pairing code, as the host's store has them now. */
export async function pairedPeople(accountId: string): Promise<string[]> {
  const entries = await readChannelAllowFromStore(CHANNEL_ID, process.env, accountId);
  return entries.map(String).filter(isZaloId);
}

/** People the settings list by id or by a name that is pinned to one, in the order typed. */
export function listedPeople(account: ResolvedAccount): string[] {
  const ids = (settingsById(account).settings.allowFrom ?? []).flatMap((entry) => {
    const read = readListedEntry(entry, "user");
    return read.kind === "id" ? read.id : [];
  });
  return [...new Set(ids)];
}

/** Conversations that may reach the agent, in the order given. */
export interface Sifted<T> {
  readonly admitted: readonly T[];
  /** People who were not asked about, because too many stood before them. */
  readonly unjudged: number;
}

/** The host reads its pairing store for each of them, while the listener waits to start. */
const MOST_JUDGED = 2_000;

/** Those of the conversations that may reach the agent now; of the others nothing is read. */
export async function admittedOnly<T extends Candidate>(
  run: AccountRun,
  candidates: readonly T[],
  mostJudged = MOST_JUDGED,
): Promise<Sifted<T>> {
  const admitted: T[] = [];
  let judged = 0;
  for (const candidate of candidates) {
    const target = parseTarget(candidate.lane);
    if ("error" in target) continue;
    if (target.kind === "group") {
      if (isGroupAllowed(run, target.id)) admitted.push(candidate);
      continue;
    }
    judged += 1;
    if (judged <= mostJudged && (await isAdmitted(run, target))) admitted.push(candidate);
  }
  return { admitted, unjudged: Math.max(0, judged - mostJudged) };
}

async function isAdmitted(run: AccountRun, target: Target): Promise<boolean> {
  // Asked of whoever decides about live messages, too: a second set of rules would sooner or later let somebody in.
  const decision = await judge(run, toTurnMessage([messageOf(target.id)]));
  return decision.kind === "admitted";
}

/** Who may speak in it is decided message by message. */
function isGroupAllowed(run: AccountRun, groupId: string): boolean {
  const account = run.account();
  const { configured, configPath, defaultGroupPolicy } = account;
  return resolveGroupRule({ groupId, ...settingsById(account), configured, defaultGroupPolicy, configPath }).allowed;
}

/** A message that stands for any a person may have written. */
function messageOf(senderId: string): InboundMessage {
  return {
    eventKey: "catch-up",
    altKeys: [],
    threadId: senderId,
    isGroup: false,
    senderId,
    text: "?",
    atMs: 0,
    msgType: "webchat",
    mentions: [],
    media: [],
    raw: {},
  };
}
