import { createHash } from "node:crypto";
import { idOf, isRecord, timeOf } from "../output/values.js";

/** A parsed message line; unknown keys are ignored. */
export type MessageRecord = Readonly<Record<string, unknown>>;

/** Why a line is no record; a small fixed set, so that it can be counted. */
export type MalformedReason =
  | "empty"
  | "too-long"
  | "not-json"
  | "broken-json"
  | "not-an-object"
  | "unknown-lifecycle"
  | "no-thread"
  | "no-message-id"
  | "no-sender"
  | "no-time";

/** Who wrote where, and under which keys: all that is read of a line before it is journaled. */
export interface MessageHead {
  readonly eventKey: string;
  readonly altKeys: readonly string[];
  readonly lane: string;
  readonly threadId: string;
  readonly isGroup: boolean;
  readonly senderId: string | undefined;
  readonly messageId: string | undefined;
  readonly cliMessageId: string | undefined;
}

export function headOf(record: MessageRecord): MessageHead | { readonly malformed: MalformedReason } {
  const threadId = threadOf(record);
  if (threadId === undefined) return { malformed: "no-thread" };
  const named = namedSender(record);
  const isGroup = isGroupMessage(record, threadId, named);
  // Only in a direct message may the thread stand in for the sender: a group's id must never pass for a person.
  const senderId = named ?? (isGroup ? undefined : threadId);
  const messageId = idOf(record["msgId"]);
  const cliMessageId = idOf(record["cliMsgId"]);
  const keys: string[] = [];
  if (isRealId(messageId)) keys.push(`m:${threadId}:${messageId}`);
  if (isRealId(cliMessageId)) keys.push(`c:${threadId}:${cliMessageId}:${senderId ?? ""}`);
  const [eventKey = contentKey(record, threadId, senderId ?? ""), ...altKeys] = keys;
  if (eventKey === undefined) return { malformed: "no-message-id" };
  const lane = `${isGroup ? "group" : "user"}:${threadId}`;
  return { eventKey, altKeys, lane, threadId, isGroup, senderId, messageId, cliMessageId };
}

/** Real ids have 13 digits. A placeholder such as "0" or "-1" would make all messages of a person the same one. */
function isRealId(id: string | undefined): id is string {
  return id !== undefined && /^\d{6,}$/.test(id);
}

/** For a line without any id: the same words of the same person at the same moment are the same message. */
function contentKey(record: MessageRecord, threadId: string, sender: string): string | undefined {
  const at = timeOf(record["ts"]) ?? timeOf(record["timestamp"]);
  const content = record["content"];
  if (at === undefined || typeof content !== "string") return undefined;
  return `x:${threadId}:${sender}:${at}:${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
}

const nothing: MessageRecord = {};

export function metadataOf(record: MessageRecord): MessageRecord {
  return isRecord(record["metadata"]) ? record["metadata"] : nothing;
}

function threadOf(record: MessageRecord): string | undefined {
  return (
    idOf(record["threadId"]) ??
    idOf(record["targetId"]) ??
    idOf(record["conversationId"]) ??
    idOf(metadataOf(record)["threadId"])
  );
}

/** The sender a line names; in a direct message it may name none. */
export function namedSender(record: MessageRecord): string | undefined {
  const metadata = metadataOf(record);
  return idOf(record["senderId"]) ?? idOf(metadata["senderId"]) ?? idOf(metadata["fromId"]);
}

/** Every spelling seen. When two of them disagree it is a group, where an answer needs more reason. */
function isGroupMessage(record: MessageRecord, threadId: string, sender: string | undefined): boolean {
  const metadata = metadataOf(record);
  const flag = metadata["isGroup"];
  const chatType = record["chatType"];
  const innerType = metadata["chatType"];
  if (flag === true || record["isGroup"] === true || chatType === "group" || innerType === "group") return true;
  if (flag === false || record["isGroup"] === false || chatType === "user" || innerType === "user") return false;
  const numbered = record["threadType"] === 2 || metadata["threadType"] === 2 || record["type"] === 1;
  return numbered && threadId !== sender;
}
