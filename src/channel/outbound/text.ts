import { convertMarkdownTables } from "openclaw/plugin-sdk/text-chunking";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { ZALO_TEXT_LIMIT } from "../../config.js";
import { ZalouserError, type ErrorCode } from "../../errors.js";
import { bareLink, planText, type TextPart } from "../../text/index.js";
import { sendLink, sendText } from "../../zca/index.js";
import type { Target } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openZca } from "../account/zca.js";
import { CHANNEL_ID } from "../channel-id.js";
import { getRuntime } from "../runtime.js";
import type { Call } from "./deliver.js";
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
  const { rawText: readsMarks } = await openZca(account).capabilities();
  const { text: hostText } = getRuntime().channel;
  const tableMode = hostText.resolveMarkdownTableMode({ cfg, channel: CHANNEL_ID, accountId: account.accountId });
  const limit = hostText.resolveTextChunkLimit(cfg, CHANNEL_ID, account.accountId, { fallbackLimit: ZALO_TEXT_LIMIT });
  const text = markdown.includes("|") ? convertMarkdownTables(markdown, tableMode) : markdown;
  const plan = planText(text, {
    isGroup: target.kind === "group",
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

/** One zca call per Zalo message. A message that is nothing but a link goes as Zalo's own link message, with preview. */
export function textCalls(target: Target, parts: readonly TextPart[]): Call[] {
  const [only] = parts;
  const address = { threadId: target.id, isGroup: target.kind === "group" };
  const url = parts.length === 1 && only !== undefined ? bareLink(only.text) : undefined;
  if (url !== undefined)
    return [{ print: linkPrint(url), send: (zca, signal) => sendLink(zca, { ...address, url }, signal) }];
  return parts.map(({ text, raw, rendered }): Call => ({
    print: textPrint(rendered),
    send: (zca, signal) => sendText(zca, { ...address, text, raw }, signal),
  }));
}
