import type { SendOutcome, SendTask } from "../../zca/index.js";
import type { Target } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { ZalouserError } from "../../errors.js";
import { countOutbound } from "../operate/activity.js";
import { notDispatched } from "./outcome-errors.js";
import { noteRefusal, standingRefusal } from "./refused-session.js";
import { senderFor, type Sender } from "./senders.js";
import { isAnswering } from "./turns.js";

/** What the host wants to know around each Zalo message. */
export interface DeliveryHooks {
  readonly signal?: AbortSignal | undefined;
  /** Just before a call may leave the machine. */
  readonly onDispatch?: (() => Promise<void>) | undefined;
  /** Synchronous last check, directly before the call. */
  readonly assertCurrent?: (() => void) | undefined;
  /** Default: an answer while a turn of the conversation runs, else proactive. */
  readonly kind?: "reply" | "proactive";
  /** After each Zalo message, so that a later failure is known to be partial. */
  readonly onSent?: ((messageId: string) => Promise<void> | void) | undefined;
}

export type Call = (zca: Sender["zca"], signal: AbortSignal) => Promise<SendOutcome>;

/**
 * Sends the calls of one reply in order, kept together in the account's queue, and returns the message ids.
 * Throws "not dispatched" when nothing was sent, and the plain failure when something was or may have been.
 */
export async function deliver(
  account: ResolvedAccount,
  target: Target,
  calls: readonly Call[],
  hooks: DeliveryHooks,
): Promise<string[]> {
  const refusal = standingRefusal(account);
  if (refusal) throw notDispatched(refusal);
  const { zca, queue } = senderFor(account);
  const threadKey = `${target.kind}:${target.id}`;
  const sent: string[] = [];
  const tasks: SendTask[] = calls.map((call) => async (signal) => {
    // Asked again: a message before it may have found the session dead.
    const withdrawn = standingRefusal(account) ?? (await dispatchRefusal(account, hooks));
    if (withdrawn) return { kind: "unsent", error: withdrawn };
    const outcome = await call(zca, signal);
    if (outcome.kind === "unsent") noteRefusal(account, outcome.error);
    if (outcome.kind === "sent") {
      sent.push(...outcome.messageIds);
      for (const id of outcome.messageIds) await hooks.onSent?.(id);
    }
    return outcome;
  });
  const outcomes = await queue.enqueue({
    threadKey,
    kind: hooks.kind ?? (isAnswering(account.accountId, threadKey) ? "reply" : "proactive"),
    tasks,
    ...(hooks.signal === undefined ? {} : { signal: hooks.signal }),
  });
  const last = outcomes.at(-1);
  countOutbound(account.accountId, outcomes);
  if (last === undefined || last.kind === "sent") return sent;
  if (last.kind === "unsent" && sent.length === 0) throw notDispatched(last.error);
  throw last.error;
}

/** The host may have taken the message back while it waited in our queue; then nothing may leave. */
async function dispatchRefusal(account: ResolvedAccount, hooks: DeliveryHooks): Promise<ZalouserError | undefined> {
  try {
    await hooks.onDispatch?.();
    hooks.assertCurrent?.();
    return undefined;
  } catch (cause) {
    const { accountId } = account;
    return new ZalouserError("SEND_STOPPED", "OpenClaw withdrew the message before it was sent.", { accountId, cause });
  }
}
