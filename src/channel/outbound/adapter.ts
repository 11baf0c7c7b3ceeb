import { createMessageReceiptFromOutboundResults } from "openclaw/plugin-sdk/channel-outbound";
import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import type { Target } from "../../policy/index.js";
import { resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID } from "../channel-id.js";
import { requireTarget } from "../messaging.js";
import { carriesCaption, sendFile, travelsByListener } from "../../zca/index.js";
import { ZalouserError } from "../../errors.js";
import { supervisorSnapshot } from "../operate/supervisors.js";
import { deliver, type Call, type DeliveryHooks } from "./deliver.js";
import { stageMedia, type MediaAccess } from "./media.js";
import { beforeDispatch } from "./outcome-errors.js";
import { planParts, textCalls } from "./text.js";

type SendAdapter = NonNullable<NonNullable<ChannelPlugin["message"]>["send"]>;
type TextContext = Parameters<NonNullable<SendAdapter["text"]>>[0];
type MediaContext = Parameters<NonNullable<SendAdapter["media"]>>[0];
type SendResult = Awaited<ReturnType<NonNullable<SendAdapter["text"]>>>;

/** Every message of the host, answer or proactive, passes here: plan, queue, one zca call per Zalo message, receipt. */
export async function sendText(ctx: TextContext): Promise<SendResult> {
  const { account, target } = await beforeDispatch(ctx.accountId ?? "", () => resolveDestination(ctx));
  const calls = await beforeDispatch(account.accountId, async () =>
    textCalls(target, await planParts(ctx.cfg, account, target, ctx.text)),
  );
  const ids = await deliver(account, target, calls, hooksOf(ctx, target, "text"));
  return resultOf(target, ids, "text");
}

export async function sendMedia(ctx: MediaContext): Promise<SendResult> {
  const { account, target } = await beforeDispatch(ctx.accountId ?? "", () => resolveDestination(ctx));
  const staged = await beforeDispatch(account.accountId, () => stageMedia(account, ctx.mediaUrl, accessOf(ctx)));
  try {
    const calls = await beforeDispatch(account.accountId, () => mediaCalls(ctx, account, target, staged.path));
    const ids = await deliver(account, target, calls, hooksOf(ctx, target, "media"));
    return resultOf(target, ids, "media");
  } finally {
    await staged.discard();
  }
}

async function mediaCalls(ctx: MediaContext, account: ResolvedAccount, target: Target, file: string): Promise<Call[]> {
  const message = { threadId: target.id, isGroup: target.kind === "group", file };
  const parts = ctx.text.trim() === "" ? [] : await planParts(ctx.cfg, account, target, ctx.text);
  const [caption] = parts;
  // zca's caption is plain text: a formatted or long one goes as messages of its own, before the file it speaks of.
  if (carriesCaption(file) && parts.length === 1 && caption?.raw === true) {
    return [(zca, signal) => sendFile(zca, { ...message, caption: caption.text }, signal)];
  }
  return [...textCalls(target, parts), fileCall(account.accountId, message)];
}

/**
 * Files other than pictures travel over the listener's websocket. Without one, zca opens its own, and the two evict each
 * other.
 */
function fileCall(accountId: string, message: Parameters<typeof sendFile>[1]): Call {
  return async (zca, signal) => {
    if (travelsByListener(message.file) && supervisorSnapshot(accountId)?.lifecycle !== "ready") {
      const what = "The listener is not connected, and this kind of file travels through it.";
      return { kind: "unsent", error: new ZalouserError("SEND_NOT_CONNECTED", what, { accountId }) };
    }
    return sendFile(zca, message, signal);
  };
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
