import { parseTarget, type Candidate, type Target } from "../../policy/index.js";
import { groupRuleOf } from "../groups.js";
import type { AccountRun } from "../inbound/account-run.js";
import { anyMessageOf } from "../inbound/any-message.js";
import { judge } from "../inbound/decide.js";
import { toTurnMessage } from "../inbound/turn-message.js";

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
  const decision = await judge(run, toTurnMessage([anyMessageOf(target.id)]));
  return decision.kind === "admitted";
}

/** Who may speak in it is decided message by message. */
function isGroupAllowed(run: AccountRun, groupId: string): boolean {
  return groupRuleOf(run.account(), groupId).allowed;
}
