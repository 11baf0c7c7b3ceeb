import { createMessageReceiptFromOutboundResults } from "openclaw/plugin-sdk/channel-outbound";
import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import type { Target } from "../../policy/index.js";
import { resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID } from "../channel-id.js";
import { requireTarget } from "../messaging.js";
import { isConfirmation } from "../paused/confirmations.js";
import { textsOf } from "../texts.js";
import { callsForFile, callsForText } from "./calls.js";
import { isZalouserError } from "../../errors.js";
import { deliver, type Call, type DeliveryHooks } from "./deliver.js";
import { stageMedia, type MediaAccess } from "./media.js";
import { beforeDispatch } from "./outcome-errors.js";
import { quoteFor } from "./quotes.js";
import { noteSend } from "./send-ring.js";
import { isAnswering } from "./turns.js";

type SendAdapter = NonNullable<NonNullable<ChannelPlugin["message"]>["send"]>;
type TextContext = Parameters<NonNullable<SendAdapter["text"]>>[0];
type MediaContext = Parameters<NonNullable<SendAdapter["media"]>>[0];
type SendResult = Awaited<ReturnType<NonNullable<SendAdapter["text"]>>>;

/** Every message of the host, answer or proactive, passes here: plan, queue, one zca call per Zalo message, receipt. */
export async function sendText(ctx: TextContext): Promise<SendResult> {
  const { account, target } = await beforeDispatch(ctx.accountId ?? "", () => resolveDestination(ctx));
  const calls = await beforeDispatch(account.accountId, () => callsForAnswer(ctx, account, target));
  const evenPaused = isConfirmation(account.accountId, `${target.kind}:${target.id}`, ctx.text);
  const ids = await deliver(account, target, calls, { ...hooksOf(ctx, target, "text"), evenPaused });
  return resultOf(target, ids, "text");
}

export async function sendMedia(ctx: MediaContext): Promise<SendResult> {
  const { account, target } = await beforeDispatch(ctx.accountId ?? "", () => resolveDestination(ctx));
  const quote = await beforeDispatch(account.accountId, () => quoteFor(account, target, ctx));
  const staged = await beforeDispatch(account.accountId, () => stageMedia(account, ctx.mediaUrl, accessOf(ctx)));
  try {
    const calls = await beforeDispatch(account.accountId, () =>
      callsForFile({ ...ctx, quote }, account, target, staged.path),
    );
    const ids = await deliver(account, target, calls, hooksOf(ctx, target, "media"));
    return resultOf(target, ids, "media");
  } finally {
    await staged.discard();
  }
}

/** Whoever asked must not be left in silence; the agent's own senders get the refusal itself. */
async function callsForAnswer(ctx: TextContext, account: ResolvedAccount, target: Target): Promise<Call[]> {
  try {
    return await callsForText({ ...ctx, quote: await quoteFor(account, target, ctx) }, account, target);
  } catch (error) {
    const thread = `${target.kind}:${target.id}`;
    if (!isZalouserError(error, "TEXT_TOO_LONG") || !isAnswering(account.accountId, thread)) throw error;
    noteSend(account.accountId, { to: thread, out: 0, parts: 0, result: "unsent", code: error.code, why: error.what });
    return callsForText({ cfg: ctx.cfg, text: textsOf(account).answerTooLong }, account, target);
  }
}

function resolveDestination(ctx: { cfg: OpenClawConfig; accountId?: string | null; to: string }): {
  account: ResolvedAccount;
  target: Target;
} {
  const account = resolveAccount(ctx.cfg, ctx.accountId);
  if (account.fault) throw account.fault;
  return { account, target: requireTarget(ctx.to, account.accountId) };
}

function hooksOf(ctx: TextContext, target: Target, kind: "text" | "media"): DeliveryHooks {
  return {
    signal: ctx.signal,
    delivery: ctx.deliveryQueueId,
    unit: ctx.deliveryPartIndex,
    onDispatch: ctx.onPlatformSendDispatch,
    assertCurrent: ctx.assertDirectAdapterHandoff,
    onSent: (messageId) => ctx.onDeliveryResult?.(resultOf(target, [messageId], kind)),
  };
}

function accessOf(ctx: MediaContext): MediaAccess {
  return {
    localRoots: ctx.mediaAccess?.localRoots ?? ctx.mediaLocalRoots,
    readFile: ctx.mediaAccess?.readFile ?? ctx.mediaReadFile,
    workspaceDir: ctx.mediaAccess?.workspaceDir,
  };
}

function resultOf(target: Target, messageIds: readonly string[], kind: "text" | "media"): SendResult {
  const results = messageIds.map((messageId) => ({ channel: CHANNEL_ID, messageId, conversationId: target.id }));
  const receipt = createMessageReceiptFromOutboundResults({ results, kind });
  const last = messageIds.at(-1);
  return { receipt, ...(last === undefined ? {} : { messageId: last }) };
}
