import { createLoopBreaker, reactionMs, type LoopBreaker } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import type { AccountRun } from "./account-run.js";
import type { Admitted, Decision } from "./decide.js";
import type { TurnMessage } from "./turn-message.js";

/** Belongs to the process: a restart of the account must not start a loop anew. */
const breakers = new Map<string, LoopBreaker>();

/** When lines arrived, by account and event key; the sender's own clock is no measure of how fast they answered. */
const arrivals = new Map<string, number>();
const KEPT_ARRIVALS = 2000;

/** A line of the listener came in. */
export function noteArrival(accountId: string, eventKey: string, atMs: number): void {
  arrivals.set(arrivalKey(accountId, eventKey), atMs);
  const [oldest] = arrivals.keys();
  if (arrivals.size > KEPT_ARRIVALS && oldest !== undefined) arrivals.delete(oldest);
}

/** A message of ours begins to leave for a conversation (`user:<id>` or `group:<id>`). */
export function noteAnswer(accountId: string, threadKey: string, atMs: number): void {
  breakerOf(accountId).answered(threadKey, atMs);
}

/**
 * An admitted message of somebody who reacts to every answer like a machine is not answered for a while: two bots would
 * talk for ever, at a pace that gets the account banned. It stays known as context.
 */
export function unlessLooping(run: AccountRun, message: TurnMessage, decision: Admitted): Decision {
  const newest = message.lines.at(-1) ?? message.lines[0];
  const conversation = `${message.isGroup ? "group" : "user"}:${message.threadId}`;
  const mustAddress = message.isGroup && decision.groupRule?.requireMention === true;
  const { silent, began } = breakerOf(run.accountId).heard({
    conversation,
    senderId: message.senderId,
    atMs: arrivals.get(arrivalKey(run.accountId, newest.eventKey)) ?? message.atMs,
    withinMs: reactionMs(mustAddress, message.text.length),
  });
  if (began !== undefined) {
    const until = new Date(began.untilMs).toISOString();
    run.log.warn(
      `${message.senderId} reacts to every answer in ${conversation} as another bot would (loop_breaker); not answered until ${until}`,
    );
  }
  // An order gets through a silence, or its sender could not end from within what goes on there. Only a whole order: "38k
  // /kg" is computed for, too, and in a direct message whoever is let in may give them.
  const isOrder = decision.isCommand && decision.commandAuthorized === true;
  return silent && !isOrder ? { kind: "context", route: decision.route, reason: "loop_breaker" } : decision;
}

/** Long enough to be asked about; a shorter silence stands in the log and in the list of decisions. */
const NOTABLE_MS = 15 * 60_000;

/** For status: who is not answered for some time to come, in words. */
export function loopNotices({ accountId }: ResolvedAccount, nowMs: number): string[] {
  const long =
    breakers
      .get(accountId)
      ?.silenced(nowMs)
      .filter(({ untilMs }) => untilMs - nowMs > NOTABLE_MS) ?? [];
  return long.map(
    ({ senderId, conversation, untilMs }) =>
      `Zalo account "${accountId}": ${senderId} in ${conversation} is not answered until ${new Date(untilMs).toISOString()}, because it reacts to every answer as another bot would (loop_breaker). If it is a person, \`openclaw gateway restart\` ends that.`,
  );
}

function breakerOf(accountId: string): LoopBreaker {
  const breaker = breakers.get(accountId) ?? createLoopBreaker();
  breakers.set(accountId, breaker);
  return breaker;
}

function arrivalKey(accountId: string, eventKey: string): string {
  return `${accountId}\n${eventKey}`;
}
