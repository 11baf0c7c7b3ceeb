import { explainDrop } from "../../policy/index.js";
import { earlierDeliveries } from "../outbound/unfinished.js";
import type { AccountRun } from "./account-run.js";
import type { Held } from "./bursts.js";
import { challenge } from "./challenge.js";
import { decide } from "./decide.js";
import { dispatch, type TurnLifecycle } from "./dispatch.js";
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
  const decision = await decide(run, message);
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
      await afterEarlierAnswers(run, message, lifecycle.abortSignal);
      if (lifecycle.abortSignal?.aborted === true) return;
      run.activity.decided({ ...about, result: "admitted", reason: "allowed" });
      return dispatch(run, message, decision, lifecycle);
    default:
      return decision satisfies never;
  }
}

/** The host forgets an answer that has yet to be tried again as soon as the next one of its conversation is there. */
async function afterEarlierAnswers(
  run: AccountRun,
  message: TurnMessage,
  signal: AbortSignal | undefined,
): Promise<void> {
  const thread = message.isGroup ? `group:${message.threadId}` : `user:${message.senderId}`;
  const left = await earlierDeliveries(run.accountId, thread, { signal });
  if (left.length === 0) return;
  run.log.warn(`an earlier answer to ${thread} is still not out; the conversation goes on without it`);
}

function reportDrop(run: AccountRun, message: TurnMessage, reason: string, configPath: string | undefined): void {
  const why = explainDrop(reason)?.sentence ?? "";
  const where = message.isGroup ? `group ${message.threadId}` : `direct message of ${message.senderId}`;
  run.log.info(
    `dropped (${reason}): ${where}. ${why}${configPath === undefined ? "" : ` ${configPath} decides this.`}`,
  );
}
