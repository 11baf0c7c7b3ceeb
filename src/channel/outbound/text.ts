import { convertMarkdownTables } from "openclaw/plugin-sdk/text-chunking";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { ZALO_TEXT_LIMIT } from "../../config.js";
import { ZalouserError, type ErrorCode } from "../../errors.js";
import { bareLink, guardMentions, planText, type TextPart } from "../../text/index.js";
import { sendLink, type SendOutcome, sendText, type Zca } from "../../zca/index.js";
import type { Target } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openZca } from "../account/zca.js";
import { CHANNEL_ID } from "../channel-id.js";
import { getRuntime } from "../runtime.js";
import type { Call } from "./deliver.js";
import { mentionNames } from "./mention-names.js";
import type { Quote } from "./quotes.js";
import { linkPrint, textPrint } from "./send-print.js";

const refusals: Readonly<Partial<Record<ErrorCode, string>>> = {
  TEXT_EMPTY: "The message has no text.",
  TEXT_INVALID: "The message has a NUL byte or an unpaired surrogate, which no program argument can carry.",
  TEXT_TOO_LONG: "The message is longer than 100,000 characters.",
};

/** Cuts a reply into Zalo messages; throws what is wrong with it before anything is sent. */
export async function planParts(
  cfg: OpenClawConfig,
  account: ResolvedAccount,
  target: Target,
  markdown: string,
): Promise<readonly TextPart[]> {
  const { rawText: readsMarks, replies } = await openZca(account).capabilities();
  const { text: hostText } = getRuntime().channel;
  const tableMode = hostText.resolveMarkdownTableMode({ cfg, channel: CHANNEL_ID, accountId: account.accountId });
  const limit = hostText.resolveTextChunkLimit(cfg, CHANNEL_ID, account.accountId, { fallbackLimit: ZALO_TEXT_LIMIT });
  const text = markdown.includes("|") ? convertMarkdownTables(markdown, tableMode) : markdown;
  const plan = planText(text, {
    isGroup: target.kind === "group",
    // A program from before quotes may read mentions otherwise, or not at all.
    members: replies ? await mentionNames(cfg, account, target, text) : [],
    limit: Math.min(limit, ZALO_TEXT_LIMIT),
    // A program that cannot be told "as it is" reads no marks either: styles would arrive as stars.
    styles: readsMarks,
  });
  if ("refused" in plan) {
    throw new ZalouserError(plan.refused, refusals[plan.refused] ?? "The message cannot be sent.", {
      accountId: account.accountId,
    });
  }
  return plan.parts;
}

/**
 * One zca call per Zalo message. A message that is nothing but a link goes as Zalo's own link message, with preview; that
 * one cannot quote.
 */
export function textCalls(target: Target, parts: readonly TextPart[], quote?: Quote): Call[] {
  const [only] = parts;
  const address = { threadId: target.id, isGroup: target.kind === "group" };
  const url = parts.length === 1 && only !== undefined ? bareLink(only.text) : undefined;
  if (url !== undefined)
    return [{ print: linkPrint(url), send: (zca, signal) => sendLink(zca, { ...address, url }, signal) }];
  return parts.map(({ text, raw, rendered }, index): Call => {
    const quoted = quote !== undefined && (index === 0 || quote.onAll) ? { quote: quote.json } : {};
    return {
      print: textPrint(rendered),
      send: (zca, signal) => withoutFrills(zca, { ...address, text, raw, ...quoted }, signal),
    };
  });
}

type Message = Parameters<typeof sendText>[1];

/**
 * What zca or Zalo refuses for its quote or its mention was certainly not sent; the words themselves still can be, once and
 * without both: the other one may be refused as well.
 */
async function withoutFrills(zca: Zca, message: Message, signal: AbortSignal): Promise<SendOutcome> {
  const outcome = await sendText(zca, message, signal);
  if (outcome.kind !== "unsent" || signal.aborted) return outcome;
  const { quote: _quote, ...plain } = message;
  // A mention is ambiguous when somebody of that name has joined since the list was read.
  const isFrill = outcome.error.code === "QUOTE_REFUSED" || outcome.error.code === "MENTION_AMBIGUOUS";
  if (!isFrill) return outcome;
  const text = message.isGroup ? guardMentions(message.text) : message.text;
  return sendText(zca, { ...plain, text }, signal);
}
