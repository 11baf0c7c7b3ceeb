import { explainDrop } from "../../policy/index.js";
import { earlierDeliveries } from "../outbound/unfinished.js";
import { rememberMessages } from "../references/known-messages.js";
import type { AccountRun } from "./account-run.js";
import type { Held } from "./bursts.js";
import { challenge } from "./challenge.js";
import { decide, type Admitted, type Decision } from "./decide.js";
import { dispatch, type TurnLifecycle } from "./dispatch.js";
import { unlessPaused } from "./pause-guard.js";
import { rememberSkipped } from "./skipped.js";
import { unsentCodes } from "./strangers.js";
import { toTurnMessage, type TurnMessage } from "./turn-message.js";

/** A code that did not leave is tried again so often by itself; after that the person's next message brings it. */
const CODE_RETRIES = 3;

/** Decides about the lines of one burst and does what was decided. Throws when they have to be tried again. */
export async function handleTurn(run: AccountRun, items: readonly Held[], lifecycle: TurnLifecycle): Promise<void> {
  const [first, ...rest] = items.map((item) => item.message);
  if (first === undefined) return;
  const message = toTurnMessage([first, ...rest]);
  const decided = await decide(run, message);
  if (decided.kind === "admitted" || decided.kind === "context") rememberMessages(run.accountId, message.lines);
  const decision = decided.kind === "admitted" ? await afterEarlierAnswers(run, message, decided, lifecycle) : decided;
  const about = { threadId: message.threadId, senderId: message.senderId };
  switch (decision.kind) {
    case "challenge": {
      await challenge(run, message);
      const attempts = Math.max(...items.map((item) => item.attempts));
      const unsent = unsentCodes(run.accountId, () => {}).has(message.senderId);
      if (unsent && attempts < CODE_RETRIES) throw new Error(`the pairing code for ${message.senderId} was not sent`);
      return;
    }
    case "context":
      run.activity.decided({ ...about, result: "context", reason: decision.reason });
      return rememberSkipped(run, message, decision.route);
    case "drop":
      run.activity.decided({
        ...about,
        result: "drop",
        reason: decision.reason,
        ...(decision.configPath === undefined ? {} : { configPath: decision.configPath }),
      });
      return reportDrop(run, message, decision.reason, decision.configPath);
    case "admitted":
      if (lifecycle.abortSignal?.aborted === true) return;
      run.activity.decided({ ...about, result: "admitted", reason: "allowed" });
      return dispatch(run, message, decision, lifecycle);
    default:
      return decision satisfies never;
  }
}

/**
 * The host forgets an answer that has yet to be tried again as soon as the next one of its conversation is there. That may
 * take minutes, in which the owner can have taken the conversation over: the agent must not begin to act in it any more.
 */
async function afterEarlierAnswers(
  run: AccountRun,
  message: TurnMessage,
  admitted: Admitted,
  { abortSignal: signal }: TurnLifecycle,
): Promise<Decision> {
  const thread = message.isGroup ? `group:${message.threadId}` : `user:${message.senderId}`;
  const left = await earlierDeliveries(run.accountId, thread, { signal });
  if (left.length > 0)
    run.log.warn(`an earlier answer to ${thread} is still not out; the conversation goes on without it`);
  // It comes again after the end of the account, and is judged anew.
  return signal?.aborted === true ? admitted : unlessPaused(run, message, admitted);
}

function reportDrop(run: AccountRun, message: TurnMessage, reason: string, configPath: string | undefined): void {
  const { sentence } = explainDrop(reason);
  const where = message.isGroup ? `group ${message.threadId}` : `direct message of ${message.senderId}`;
  run.log.info(
    `dropped (${reason}): ${where}. ${sentence}${configPath === undefined ? "" : ` ${configPath} decides this.`}`,
  );
}
