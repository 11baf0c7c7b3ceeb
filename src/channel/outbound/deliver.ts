import { runErrand, type SendOutcome } from "../../zca/index.js";
import type { Target } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { ZalouserError } from "../../errors.js";
import { noteAnswer } from "../inbound/loop-guard.js";
import { countOutbound } from "../operate/activity.js";
import { pausedRefusal } from "../paused/conversations.js";
import { authorOf, claimDelivery, wrongUser } from "./authors.js";
import { strangerRefusal } from "./first-contacts.js";
import { earlierSendsGone, sendLedgerOf } from "./ledgers.js";
import { notDispatched, preparationError } from "./outcome-errors.js";
import { createPartSend, type DispatchHooks } from "./part-send.js";
import { standingRefusal } from "./refused-session.js";
import { standingOf } from "./resume.js";
import type { SendPrint } from "./send-print.js";
import { noteSend } from "./send-ring.js";
import { senderFor, type Sender } from "./senders.js";
import { settleSends } from "./settle-sends.js";
import { isAnswering } from "./turns.js";
import { whileDelivering } from "./unfinished.js";

/** What the host wants to know around each Zalo message. */
export interface DeliveryHooks extends DispatchHooks {
  readonly signal?: AbortSignal | undefined;
  /** Default: an answer while a turn of the conversation runs, else proactive. */
  readonly kind?: "reply" | "proactive";
  /** The host's id of a delivery it keeps: a later try of it sends only what is missing. */
  readonly delivery?: string | undefined;
  /** Which of the delivery's sends this is. */
  readonly unit?: number | undefined;
  /** After each Zalo message of a delivery that cannot be resumed, so that a later failure is known to be partial. */
  readonly onSent?: ((messageId: string) => Promise<void> | void) | undefined;
}

/** One call of zca that sends one Zalo message. */
export interface Call {
  readonly print: SendPrint;
  send(zca: Sender["zca"], signal: AbortSignal): Promise<SendOutcome>;
}

/**
 * Sends the calls of one reply in order, kept together in the account's queue, and returns the message ids.
 *
 * Throws "not dispatched" when the host may try again: nothing was sent, or it comes back with the same delivery and the
 * ledger knows what is out. Otherwise the plain failure, which the host takes for "unknown" and asks `reconcile` about.
 */
export async function deliver(
  account: ResolvedAccount,
  target: Target,
  calls: readonly Call[],
  hooks: DeliveryHooks,
): Promise<string[]> {
  const { delivery } = hooks;
  if (delivery === undefined) return deliverNow(account, target, calls, hooks);
  const thread = `${target.kind}:${target.id}`;
  const isAnswer = isAnswering(account.accountId, thread);
  return whileDelivering(account.accountId, { delivery, thread, isAnswer }, () =>
    deliverNow(account, target, calls, hooks),
  );
}

async function deliverNow(
  account: ResolvedAccount,
  target: Target,
  calls: readonly Call[],
  hooks: DeliveryHooks,
): Promise<string[]> {
  const { accountId } = account;
  const { delivery, unit = 0 } = hooks;
  const threadKey = `${target.kind}:${target.id}`;
  const kind = hooks.kind ?? (isAnswering(accountId, threadKey) ? "reply" : "proactive");
  const { author, refusal } = await admit(account, target, kind, hooks);
  if (refusal) throw refused(account, target, calls.length, refusal);
  const sender = senderFor(account);
  const { queue } = sender;
  const settle = () => runErrand(queue, threadKey, (signal) => settleSends(sender, target, signal), hooks.signal);
  const sent = await earlierParts(account, calls, { delivery, unit, settle });
  // OpenClaw would try it again as well, but forgets it as soon as the next answer of the conversation is there.
  const persists = kind === "reply" && delivery !== undefined;
  const sendPart = createPartSend({ account, target, sender, hooks, author, persists });
  const missing = calls.flatMap((call, part) => (sent.has(part) ? [] : [{ call, part }]));
  const outcomes = await queue.enqueue({
    threadKey,
    kind,
    persists,
    repeatKeys: missing.map(({ call: { print } }) => (print.repeats ? print.hash : undefined)),
    tasks: missing.map(({ call, part }) => async (signal) => {
      const place = { delivery, unit, part, parts: calls.length, thread: threadKey };
      if (call.print.kind !== "act") noteAnswer(accountId, threadKey, Date.now());
      const outcome = await sendPart(call, place, signal);
      if (outcome.kind === "sent") {
        sent.set(part, outcome.messageIds);
        // A delivery that can be resumed is reported as a whole: told of its parts, the host would not try it again.
        if (delivery === undefined) for (const id of outcome.messageIds) await hooks.onSent?.(id);
      }
      return outcome;
    }),
    ...(hooks.signal === undefined ? {} : { signal: hooks.signal }),
  });
  countOutbound(accountId, outcomes);
  const last = outcomes.at(-1);
  const note = { to: threadKey, out: sent.size, parts: calls.length };
  if (last === undefined || last.kind === "sent") {
    noteSend(accountId, { ...note, result: "sent" });
    return calls.flatMap((_call, part) => sent.get(part) ?? []);
  }
  noteSend(accountId, { ...note, result: last.kind, code: last.error.code, why: last.error.what });
  const error = withProgress(last.error, sent.size, calls.length);
  if (last.kind === "unsent" && (sent.size === 0 || delivery !== undefined)) throw notDispatched(error);
  if (delivery !== undefined) sendLedgerOf(accountId).noteTold(delivery);
  throw error;
}

interface Admission {
  /** Whose words these are, as far as known. */
  readonly author?: string | undefined;
  /** Why nothing of them may leave now. */
  readonly refusal?: ZalouserError | undefined;
}

/** What has to be certain before anything leaves the machine. Whatever goes wrong here, nothing was sent. */
async function admit(
  account: ResolvedAccount,
  target: Target,
  kind: "reply" | "proactive",
  { delivery, evenPaused = false }: DeliveryHooks,
): Promise<Admission> {
  const { accountId } = account;
  const thread = `${target.kind}:${target.id}`;
  try {
    const author = delivery === undefined ? authorOf(accountId) : claimDelivery(accountId, delivery, thread);
    const refusal =
      wrongUser(accountId, author) ??
      standingRefusal(account) ??
      (evenPaused ? undefined : pausedRefusal(accountId, thread)) ??
      (kind === "proactive" ? await strangerRefusal(account, target) : undefined);
    if (refusal === undefined) await earlierSendsGone(accountId);
    return { author, refusal };
  } catch (cause) {
    return { refusal: preparationError(accountId, cause) };
  }
}

/** What earlier tries of this delivery have brought out already. */
async function earlierParts(
  { accountId }: ResolvedAccount,
  calls: readonly Call[],
  { delivery, unit, settle }: { delivery: string | undefined; unit: number; settle: () => Promise<unknown> },
): Promise<Map<number, readonly string[]>> {
  if (delivery === undefined) return new Map();
  const prints = calls.map(({ print }) => print);
  const look = () => standingOf(sendLedgerOf(accountId).ofUnit(delivery, unit), prints);
  let standing = look();
  if (standing.kind === "unknown") {
    await settle();
    standing = look();
  }
  switch (standing.kind) {
    case "resumable":
      return new Map(standing.sent);
    case "unknown": {
      const what = `Whether message ${standing.part + 1} of ${calls.length} is out is not known.`;
      throw new ZalouserError("SEND_UNCONFIRMED", what, { accountId });
    }
    case "changed": {
      const what = "A part of this answer is or may be out, and the rest would now read differently.";
      throw new ZalouserError("SEND_UNCONFIRMED", what, { accountId });
    }
  }
}

function refused({ accountId }: ResolvedAccount, target: Target, parts: number, error: ZalouserError) {
  const to = `${target.kind}:${target.id}`;
  noteSend(accountId, { to, out: 0, parts, result: "unsent", code: error.code, why: error.what });
  return notDispatched(error);
}

function withProgress(error: ZalouserError, out: number, parts: number): ZalouserError {
  if (out === 0) return error;
  const { accountId, code, what } = error;
  return new ZalouserError(code, `${what} ${out} of ${parts} messages of this answer are out.`, {
    cause: error,
    ...(accountId === undefined ? {} : { accountId }),
  });
}
