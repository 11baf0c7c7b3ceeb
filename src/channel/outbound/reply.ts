import { createChannelPartialDeliveryError } from "openclaw/plugin-sdk/channel-inbound";
import { createMessageReceiptFromOutboundResults } from "openclaw/plugin-sdk/channel-outbound";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import type { ReplyPayload } from "openclaw/plugin-sdk/reply-payload";
import type { Target } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID } from "../channel-id.js";
import { conversationAddress } from "../messaging.js";
import { replyToModeOf } from "../reply-mode.js";
import { sendMedia, sendText } from "./adapter.js";

export interface ReplyOptions {
  /** The folders its agent may send files from. */
  readonly localRoots: readonly string[];
  /** The message it quotes. */
  readonly replyToId?: string | undefined;
}

/**
 * Delivers a payload that the host does not put into its durable queue, such as a tool result or a block. A failure behind
 * something that is out says what is out.
 */
export async function deliverReply(
  cfg: OpenClawConfig,
  account: ResolvedAccount,
  target: Target,
  payload: ReplyPayload,
  { localRoots, replyToId }: ReplyOptions,
) {
  const mode = replyToModeOf(account.settings, target.kind === "group");
  const reply = replyToId === undefined ? {} : { replyToId, replyToIdSource: "implicit" as const };
  const quoting = { ...reply, ...(mode === "all" ? { replyToMode: mode } : {}) };
  const text = payload.text ?? "";
  const several = payload.mediaUrls ?? [];
  const media = several.length > 0 || payload.mediaUrl === undefined ? several : [payload.mediaUrl];
  const messageIds: string[] = [];
  const outcome = () => {
    const results = messageIds.map((messageId) => ({ channel: CHANNEL_ID, messageId, conversationId: target.id }));
    const receipt = createMessageReceiptFromOutboundResults({ results, kind: media.length === 0 ? "text" : "media" });
    return { messageIds, receipt };
  };
  const base = {
    cfg,
    accountId: account.accountId,
    to: conversationAddress(target),
    mediaLocalRoots: localRoots,
    onDeliveryResult: ({ messageId }: { readonly messageId?: string }) => {
      if (messageId !== undefined) messageIds.push(messageId);
    },
  };
  try {
    if (media.length === 0 && text.trim() !== "") await sendText({ ...base, ...quoting, text });
    for (const [index, mediaUrl] of media.entries()) {
      const quote = index === 0 || mode === "all" ? quoting : {};
      await sendMedia({ ...base, ...quote, text: index === 0 ? text : "", mediaUrl });
    }
  } catch (cause) {
    if (messageIds.length === 0) throw cause;
    throw createChannelPartialDeliveryError(cause, { visibleReplySent: true, ...outcome() });
  }
  return { visibleReplySent: messageIds.length > 0, ...outcome() };
}
