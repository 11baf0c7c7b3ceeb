import { resolveReactionMessageId } from "openclaw/plugin-sdk/channel-actions";
import { ZalouserError } from "../../errors.js";
import { noReaction, reactionChoices, readReaction, sendSticker } from "../../zca/index.js";
import { performAct } from "../outbound/acts.js";
import { deliver } from "../outbound/deliver.js";
import { sendLedgerOf } from "../outbound/ledgers.js";
import { idsOfMessage } from "../outbound/message-ids.js";
import { stickerPrint } from "../outbound/send-print.js";
import { assertHere, isAskedByOwner } from "./authority.js";
import { accountOf, type ActionContext, hooksOf, messageIdOf, requiredText, targetOf, textParam } from "./params.js";

/** What an action did, or would do; shown to whoever asked. */
export interface Done {
  readonly text: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export async function react(ctx: ActionContext): Promise<Done> {
  const account = accountOf(ctx);
  const target = targetOf(ctx, account);
  assertHere(ctx, account, target, "react");
  const { params, toolContext } = ctx;
  const raw = resolveReactionMessageId({ args: params, ...(toolContext === undefined ? {} : { toolContext }) });
  const messageId = messageIdOf(account, raw === undefined ? undefined : String(raw));
  const removes = params["remove"] === true;
  const chosen = textParam(params, "emoji", "reaction") ?? "";
  const reaction = removes ? noReaction : readReaction(chosen);
  if (reaction === undefined) {
    const what = `Zalo has no reaction "${chosen.slice(0, 20)}"; it has ${reactionChoices}.`;
    throw new ZalouserError("REACTION_UNKNOWN", what, { accountId: account.accountId });
  }
  const details = { messageId, reaction, to: target.id };
  if (ctx.dryRun === true) return { text: `Would react to ${messageId}.`, details };
  const ids = await idsOfMessage(account, target, messageId, isAskedByOwner(ctx));
  const thread = { threadId: target.id, isGroup: target.kind === "group" };
  await performAct(account, target, { kind: "react", thread, ids, reaction }, hooksOf(ctx));
  return { text: removes ? `Took the reaction off ${messageId}.` : `Reacted to ${messageId}.`, details };
}

/** Takes back, for everybody, a message this account sent through us. */
export async function unsend(ctx: ActionContext): Promise<Done> {
  const account = accountOf(ctx);
  const target = targetOf(ctx, account);
  assertHere(ctx, account, target, "take messages back");
  const { accountId } = account;
  const messageId = messageIdOf(account, textParam(ctx.params, "messageId", "message_id"));
  if (!sendLedgerOf(accountId).isOurs(messageId, target.id)) {
    const what = `Message ${messageId} is none that was sent to this conversation from here.`;
    throw new ZalouserError("MESSAGE_NOT_OURS", what, { accountId });
  }
  const details = { messageId, to: target.id };
  if (ctx.dryRun === true) return { text: `Would take ${messageId} back.`, details };
  const ids = await idsOfMessage(account, target, messageId, true);
  const thread = { threadId: target.id, isGroup: target.kind === "group" };
  await performAct(account, target, { kind: "undo", thread, ids }, hooksOf(ctx));
  return { text: `Took ${messageId} back.`, details };
}

export async function sticker(ctx: ActionContext): Promise<Done> {
  const account = accountOf(ctx);
  const target = targetOf(ctx, account);
  const stickerId = requiredText(ctx, account, "stickerId");
  if (!/^\d{1,9}$/u.test(stickerId)) {
    const what = `"${stickerId.slice(0, 40)}" is no number of a Zalo sticker.`;
    throw new ZalouserError("STICKER_UNKNOWN", what, { accountId: account.accountId });
  }
  if (ctx.dryRun === true) return { text: `Would send sticker ${stickerId}.`, details: { stickerId, to: target.id } };
  const message = { threadId: target.id, isGroup: target.kind === "group", stickerId };
  const call = {
    print: stickerPrint(stickerId),
    send: (zca: Parameters<typeof sendSticker>[0], signal: AbortSignal) => sendSticker(zca, message, signal),
  };
  const [messageId] = await deliver(account, target, [call], hooksOf(ctx));
  return { text: `Sent sticker ${stickerId}.`, details: { stickerId, to: target.id, messageId } };
}
