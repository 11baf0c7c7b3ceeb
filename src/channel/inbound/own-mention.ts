import { findMention, type MentionEvidence } from "../../policy/index.js";
import { sendLedgerOf } from "../outbound/ledgers.js";
import type { AccountRun } from "./account-run.js";
import type { TurnMessage } from "./turn-message.js";

/** Addressed by any line of the burst; a sender's claim counts only with the text to show for it. */
export function mentionEvidence(run: AccountRun, message: TurnMessage): MentionEvidence {
  const found = message.lines.map((line) =>
    findMention({
      ...line,
      msgType: line.msgType === "" ? undefined : line.msgType,
      ownId: run.ownId(),
      ownName: run.ownName(),
    }),
  );
  return (
    found.find(({ addressed }) => addressed) ?? {
      addressed: false,
      evidence: "none",
      hasAnyMention: found.some(({ hasAnyMention }) => hasAnyMention),
    }
  );
}

/**
 * Whether a line of the burst answers a message that this account sent through the plugin. Whose message it was says the
 * sender's client, which proves nothing; that its id is one Zalo gave us for this very conversation does.
 */
export function quotesOwnMessage({ accountId }: AccountRun, { threadId, lines }: TurnMessage): boolean {
  return lines.some(({ quote }) => {
    const quoted = quote?.messageId;
    return quoted !== undefined && sendLedgerOf(accountId).isOurs(quoted, threadId);
  });
}

/** "@Trợ lý /status" → "/status": commands are recognized at the start of the text only. */
export function stripOwnMention(run: AccountRun, message: TurnMessage): string {
  const [line] = message.lines;
  const own = line.mentions.find(({ uid, pos }) => uid === run.ownId() && pos === 0);
  if (!message.isGroup || own?.len === undefined || message.lines.length > 1) return message.text.trim();
  return line.text.slice(own.len).trim();
}
