import { createMessageReceiptFromOutboundResults } from "openclaw/plugin-sdk/channel-outbound";
import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { PlatformMessageNotDispatchedError } from "openclaw/plugin-sdk/error-runtime";
import { describeError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import { runErrand } from "../../zca/index.js";
import { resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID } from "../channel-id.js";
import { requireTarget } from "../messaging.js";
import { authorOf, claimedBy, wrongUser } from "./authors.js";
import { completeUnit } from "./complete.js";
import { earlierSendsGone, sendLedgerOf } from "./ledgers.js";
import type { LedgerEntry } from "./ledger-entry.js";
import type { SendLedger } from "./send-ledger.js";
import { noteSend } from "./send-ring.js";
import { senderFor } from "./senders.js";
import type { NoLook } from "./read-back.js";
import { settleSends } from "./settle-sends.js";
import { finishDelivery } from "./unfinished.js";

const clockSlackMs = 1000;

type DurableFinal = NonNullable<NonNullable<ChannelPlugin["message"]>["durableFinal"]>;
type Reconcile = NonNullable<DurableFinal["reconcileUnknownSend"]>;
type Context = Parameters<Reconcile>[0];
type Result = NonNullable<Awaited<ReturnType<Reconcile>>>;

/**
 * What became of a delivery whose end the host did not see: it crashed, or was told "unknown".
 *
 * `sent` means that all of it is out; where a part is proven to be missing it is sent now. The host would replay a
 * delivery only from its crash mark on ("not_sent"), and only as a whole; our next try of it then resumes by the ledger.
 */
export const reconcileUnknownSend: Reconcile = async (ctx): Promise<Result> => {
  try {
    const account = resolveAccount(ctx.cfg, ctx.accountId);
    if (account.fault) return unresolved(account.fault.message);
    const result = await reconcile(ctx, account, requireTarget(ctx.to, account.accountId));
    if (result.status === "sent") finishDelivery(account.accountId, ctx.queueId);
    return result;
  } catch (error) {
    const retryable = !(error instanceof PlatformMessageNotDispatchedError && !error.retryable);
    return { ...unresolved(describeError(error)), retryable };
  }
};

/** The host has given a delivery up: it shall not be missing from status. */
export const afterUnknownSendTerminal: NonNullable<DurableFinal["afterUnknownSendTerminal"]> = (ctx) => {
  const { accountId } = resolveAccount(ctx.cfg, ctx.accountId);
  const entries = sendLedgerOf(accountId).ofDelivery(ctx.queueId);
  const parts = entries.reduce((most, entry) => Math.max(most, entry.parts), 1);
  const out = new Set(entries.flatMap(({ state, unit, part }) => (state === "sent" ? [`${unit}:${part}`] : []))).size;
  const why = "Whether it arrived could not be found out; look at the conversation in the Zalo app.";
  const to = entries[0]?.thread ?? ctx.to;
  noteSend(accountId, { to, out, parts, result: "given-up", code: "SEND_UNCONFIRMED", why });
  finishDelivery(accountId, ctx.queueId);
};

async function reconcile(ctx: Context, account: ResolvedAccount, target: Target): Promise<Result> {
  const { accountId } = account;
  const thread = `${target.kind}:${target.id}`;
  const claimed = claimedBy(accountId, ctx.queueId);
  const foreign = wrongUser(accountId, claimed ?? authorOf(accountId));
  if (foreign) return { ...unresolved(foreign.message), retryable: false };
  const ledger = sendLedgerOf(accountId);
  await earlierSendsGone(accountId);
  const before = ledger.ofDelivery(ctx.queueId);
  if (before.length === 0) {
    if (isUntried(ctx, ledger, thread, claimed !== undefined)) return { status: "not_sent" };
    return { ...unresolved("The record of this send is missing."), retryable: false };
  }
  let noLook: NoLook | undefined;
  if (before.some(isOpen)) {
    const sender = senderFor(account);
    noLook = await runErrand(sender.queue, thread, (signal) => settleSends(sender, target, signal));
  }
  const entries = ledger.ofDelivery(ctx.queueId);
  const open = entries.find((entry) => isOpen(entry) && !isOut(entries, entry.unit, entry.part));
  if (open !== undefined) {
    const part = `message ${open.part + 1} of ${open.parts}`;
    return unresolved(`Whether ${part} arrived cannot be told${noLook === undefined ? "" : `: ${noLook.why}`}.`);
  }
  const units = unitsOf(ctx);
  const missing = units.filter((unit) => !isComplete(entries, unit));
  // A unit that is done was reported to the host, which then refuses to replay the rest.
  const isWhole = missing.length === units.length;
  if (missing.length > 0 && isWhole && !entries.some(({ told }) => told)) return { status: "not_sent" };
  const ids: string[] = [];
  for (const unit of units)
    ids.push(...(missing.includes(unit) ? await completeUnit(ctx, account, target, unit) : idsOf(entries, unit)));
  return sentWith(ids, target);
}

/**
 * Whether a delivery without entries never came to a call. Each call is written down before it leaves; under the
 * delivery's id only where the host tells it, which it does not for a batch of several payloads. So nothing that went to
 * the conversation without one may be a part of this delivery. Counted from its beginning: the host moves its mark of the
 * start with every message it lets go.
 */
function isUntried({ payloads, enqueuedAt }: Context, ledger: SendLedger, thread: string, claimed: boolean): boolean {
  if (!ledger.isComplete(enqueuedAt)) return false;
  return (claimed && payloads.length === 1) || !ledger.hasAnonymous(thread, enqueuedAt - clockSlackMs);
}

/** A payload of several files is sent file by file. */
function unitsOf({ payloads }: Context): number[] {
  const media = payloads[0]?.mediaUrls?.length ?? 0;
  return Array.from({ length: Math.max(1, media) }, (_unit, index) => index);
}

function isOpen({ state }: LedgerEntry): boolean {
  return state === "started" || state === "unknown";
}

function isOut(entries: readonly LedgerEntry[], unit: number, part: number): boolean {
  return entries.some((entry) => entry.state === "sent" && entry.unit === unit && entry.part === part);
}

function isComplete(entries: readonly LedgerEntry[], unit: number): boolean {
  const parts = entries.find((entry) => entry.unit === unit)?.parts ?? 0;
  return parts > 0 && Array.from({ length: parts }, (_part, part) => isOut(entries, unit, part)).every(Boolean);
}

function idsOf(entries: readonly LedgerEntry[], unit: number): string[] {
  return entries
    .filter((entry) => entry.unit === unit && entry.state === "sent")
    .toSorted((a, b) => a.part - b.part)
    .flatMap(({ messageIds }) => messageIds);
}

function sentWith(messageIds: readonly string[], target: Target): Result {
  const results = messageIds.map((messageId) => ({ channel: CHANNEL_ID, messageId, conversationId: target.id }));
  const messageId = messageIds.at(-1);
  const receipt = createMessageReceiptFromOutboundResults({ results, kind: "text" });
  return { status: "sent", receipt, ...(messageId === undefined ? {} : { messageId }) };
}

function unresolved(error: string) {
  return { status: "unresolved", error, retryable: true } as const;
}
