import { z } from "zod";
import { ZalouserError } from "../../errors.js";
import { headOf, type MessageRecord, namedSender } from "../listen/message-keys.js";
import { failureError } from "../output/failures.js";
import { findJsonDocument } from "../output/json-document.js";
import { idOf, isRecord, nameOf, textOf, timeOf } from "../output/values.js";
import { recentCommand, type Thread } from "../program/commands.js";
import { diagnose } from "../program/diagnose.js";
import type { Zca } from "../program/run.js";

/** One message as a conversation's history lists it. Ids are exact digits, the name NFC. */
export interface HistoryRow {
  /** Equal to the key of the stream line of the same message; see `StreamLine.id`. */
  readonly id: string;
  readonly altKeys: readonly string[];
  /** The conversation, as `user:<id>` or `group:<id>`. */
  readonly lane: string;
  readonly msgId?: string;
  readonly cliMsgId?: string;
  readonly threadId: string;
  readonly isGroup: boolean;
  /** The own id or "0" on an own message. */
  readonly senderId: string;
  readonly senderName?: string;
  readonly atMs: number;
  readonly msgType: string;
  /** The text; of anything but a text, the JSON Zalo holds for it. */
  readonly content: string;
  /** The row as it came, for a journal: `decodeHistory` reads it again. */
  readonly raw: string;
}

export interface RecentMessages {
  /** Newest first. Zalo gives up silently: an empty or short list proves nothing about what is not in it. */
  readonly rows: readonly HistoryRow[];
  /** Rows without the ids, sender or time to use them. */
  readonly unreadable: number;
}

export interface RecentQuestion extends Thread {
  /** Most rows, 1 to 200. */
  readonly limit: number;
}

const answerShape = z.object({ messages: z.array(z.unknown()) });

/**
 * Asks Zalo for the newest messages of one conversation. Costs a login. That of a direct conversation needs the
 * profile's only websocket and would evict a running listener; that of a group goes over HTTP. Throws a `ZalouserError`.
 */
export async function recentMessages(
  zca: Zca,
  { threadId, isGroup, limit }: RecentQuestion,
  signal?: AbortSignal,
): Promise<RecentMessages> {
  const { accountId } = zca;
  const able = await zca.capabilities(signal);
  if (!able.history) {
    const what = `zca ${able.version} cannot read back a conversation.`;
    throw new ZalouserError("ZCA_UNSUPPORTED", what, { accountId });
  }
  const command = recentCommand({ threadId, isGroup }, limit, able);
  const result = await zca.run(command, { signal });
  const { ending, stopped, truncated } = result;
  if (ending.kind !== "exit" || ending.code !== 0 || stopped !== undefined || truncated) {
    throw failureError(diagnose(zca, command, result), accountId);
  }
  const answer = findJsonDocument(result.stdout, answerShape);
  if (answer === undefined) {
    const what = `zca answered "${command.name}" with something this plugin cannot read.`;
    throw new ZalouserError("ZCA_UNEXPECTED_OUTPUT", what, { accountId });
  }
  const rows = answer.messages.flatMap((row) => historyRow(row, { threadId, isGroup }) ?? []);
  return {
    rows: rows.toSorted((a, b) => b.atMs - a.atMs),
    unreadable: answer.messages.length - rows.length,
  };
}

/** The conversation is the one that was asked for, whatever the row says: a row must not speak for another one. */
function historyRow(value: unknown, { threadId, isGroup }: Thread): HistoryRow | undefined {
  if (!isRecord(value)) return undefined;
  const named = idOf(value["threadId"]);
  if (named !== undefined && named !== threadId) return undefined;
  const record: MessageRecord = { ...value, threadId, isGroup };
  const head = headOf(record);
  const senderId = namedSender(record);
  const atMs = timeOf(record["ts"]);
  if ("malformed" in head || senderId === undefined || atMs === undefined) return undefined;
  const { messageId: msgId, cliMessageId: cliMsgId } = head;
  const senderName = nameOf(record["senderName"]);
  return {
    id: head.eventKey,
    altKeys: head.altKeys,
    lane: head.lane,
    ...(msgId === undefined ? {} : { msgId }),
    ...(cliMsgId === undefined ? {} : { cliMsgId }),
    threadId,
    isGroup,
    senderId,
    ...(senderName === undefined ? {} : { senderName }),
    atMs,
    msgType: textOf(record["msgType"]) ?? "",
    content: textOf(record["content"]) ?? "",
    raw: JSON.stringify(record),
  };
}
