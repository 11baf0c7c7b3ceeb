import { ZalouserError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openZca } from "../account/zca.js";
import { knownMessage, type KnownMessage } from "../references/known-messages.js";
import { replyToModeOf } from "../reply-mode.js";

/** The message an answer quotes. */
export interface Quote {
  /** As `zca` takes it. */
  readonly json: string;
  /** On every message of the answer instead of the first. */
  readonly onAll: boolean;
}

export interface ReplyWish {
  readonly replyToId?: string | null;
  /** `explicit`: somebody named the message; otherwise the mode asked for it. */
  readonly replyToIdSource?: "explicit" | "implicit";
  readonly replyToMode?: string | undefined;
}

/** Zalo takes no quote of a poll. */
const unquotable = new Set(["group.poll"]);

/**
 * The quote a reply asks for. An answer never fails for its quote: where the message is not known any more it goes
 * without. Throws before any call when somebody named a message that cannot be quoted.
 */
export async function quoteFor(account: ResolvedAccount, target: Target, wish: ReplyWish): Promise<Quote | undefined> {
  const { accountId } = account;
  const { replyToId } = wish;
  if (replyToId === undefined || replyToId === null || replyToId === "") return undefined;
  const ownMode = replyToModeOf(account.settings, target.kind === "group");
  // What is sent by the gateway's own method comes as "implicit" too, and with "all" whatever is configured.
  const isNamed = wish.replyToIdSource === "explicit" || (wish.replyToMode === "all" && ownMode !== "all");
  const refuse = (code: "QUOTE_EXPIRED" | "QUOTE_REFUSED" | "ZCA_UNSUPPORTED", what: string): undefined => {
    if (isNamed) throw new ZalouserError(code, what, { accountId });
    return undefined;
  };
  const message = knownMessage(accountId, `${target.kind}:${target.id}`, replyToId);
  if (message === undefined) {
    return refuse(
      "QUOTE_EXPIRED",
      `Message ${replyToId.slice(0, 40)} of this conversation is not known here (any more).`,
    );
  }
  if (unquotable.has(message.msgType)) return refuse("QUOTE_REFUSED", "Zalo takes no quote of a poll.");
  const { replies, version } = await openZca(account).capabilities();
  if (!replies) return refuse("ZCA_UNSUPPORTED", `zca ${version} cannot quote.`);
  return { json: quoteJson(message), onAll: wish.replyToMode === "all" && !isNamed };
}

/**
 * The fields `zca` asks for and no more. Without the conversation's id it takes the text as it is; with it, it would
 * drop lines a person may have typed.
 */
function quoteJson({ messageId, cliMessageId, senderId, atMs, msgType, excerpt }: KnownMessage): string {
  return JSON.stringify({
    msgId: messageId,
    cliMsgId: cliMessageId,
    uidFrom: senderId,
    ts: String(atMs),
    msgType: msgType === "" ? "webchat" : msgType,
    content: excerpt,
  });
}
