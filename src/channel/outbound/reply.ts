import { createMessageReceiptFromOutboundResults } from "openclaw/plugin-sdk/channel-outbound";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import type { ReplyPayload } from "openclaw/plugin-sdk/reply-payload";
import type { Target } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID } from "../channel-id.js";
import { conversationAddress } from "../messaging.js";
import { sendMedia, sendText } from "./adapter.js";

/** Delivers a payload that the host does not put into its durable queue, such as a tool result or a block. */
export async function deliverReply(
  cfg: OpenClawConfig,
  account: ResolvedAccount,
  target: Target,
  payload: ReplyPayload,
) {
  const base = { cfg, accountId: account.accountId, to: conversationAddress(target) };
  const text = payload.text ?? "";
  const several = payload.mediaUrls ?? [];
  const media = several.length > 0 || payload.mediaUrl === undefined ? several : [payload.mediaUrl];
  const messageIds: string[] = [];
  if (media.length === 0 && text.trim() !== "")
    messageIds.push(...(await sendText({ ...base, text })).receipt.platformMessageIds);
  for (const [index, mediaUrl] of media.entries()) {
    const sent = await sendMedia({ ...base, text: index === 0 ? text : "", mediaUrl });
    messageIds.push(...sent.receipt.platformMessageIds);
  }
  const results = messageIds.map((messageId) => ({ channel: CHANNEL_ID, messageId, conversationId: target.id }));
  const receipt = createMessageReceiptFromOutboundResults({ results, kind: media.length === 0 ? "text" : "media" });
  return { visibleReplySent: messageIds.length > 0, messageIds, receipt };
}
