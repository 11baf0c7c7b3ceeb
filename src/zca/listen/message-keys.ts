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

export interface EventKeys {
  readonly eventKey: string;
  readonly altKeys: readonly string[];
  readonly lane: string;
}

/** The ids and the conversation of a message line: all that is read before it is journaled. */
export function eventKeys(record: MessageRecord): EventKeys | { readonly malformed: MalformedReason } {
  const threadId = threadOf(record);
  if (threadId === undefined) return { malformed: "no-thread" };
  const isGroup = isGroupMessage(record);
  const sender = senderOf(record, isGroup) ?? "";
  const messageId = keyOf(record["msgId"]);
  const cliMessageId = keyOf(record["cliMsgId"]);
  const keys = [
    ...(messageId === undefined ? [] : [`m:${threadId}:${messageId}`]),
    ...(cliMessageId === undefined ? [] : [`c:${threadId}:${cliMessageId}:${sender}`]),
  ];
  const [eventKey = contentKey(record, threadId, sender), ...altKeys] = keys;
  if (eventKey === undefined) return { malformed: "no-message-id" };
  return { eventKey, altKeys, lane: `${isGroup ? "group" : "user"}:${threadId}` };
}

/** Real ids have 13 digits. A placeholder such as "0" or "-1" would make all messages of a person the same one. */
function keyOf(value: unknown): string | undefined {
  const id = idOf(value);
  return id !== undefined && /^\d{6,}$/.test(id) ? id : undefined;
}

/** For a line without any id: the same words of the same person at the same moment are the same message. */
function contentKey(record: MessageRecord, threadId: string, sender: string): string | undefined {
  const at = timeOf(record["ts"]) ?? timeOf(record["timestamp"]);
  const content = record["content"];
  if (at === undefined || typeof content !== "string") return undefined;
  return `x:${threadId}:${sender}:${at}:${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
}

export function metadataOf(record: MessageRecord): MessageRecord {
  return isRecord(record["metadata"]) ? record["metadata"] : {};
}

export function threadOf(record: MessageRecord): string | undefined {
  return (
    idOf(record["threadId"]) ??
    idOf(record["targetId"]) ??
    idOf(record["conversationId"]) ??
    idOf(metadataOf(record)["threadId"])
  );
}

function namedSender(record: MessageRecord): string | undefined {
  const metadata = metadataOf(record);
  return idOf(record["senderId"]) ?? idOf(metadata["senderId"]) ?? idOf(metadata["fromId"]);
}

/** Only in a direct message may the thread stand in for the sender: a group's id must never pass for a person. */
export function senderOf(record: MessageRecord, isGroup: boolean): string | undefined {
  return namedSender(record) ?? (isGroup ? undefined : threadOf(record));
}

/** Every spelling seen. When two of them disagree it is a group, where an answer needs more reason. */
export function isGroupMessage(record: MessageRecord): boolean {
  const metadata = metadataOf(record);
  const flag = metadata["isGroup"];
  const chatType = record["chatType"];
  const innerType = metadata["chatType"];
  if (flag === true || record["isGroup"] === true || chatType === "group" || innerType === "group") return true;
  if (flag === false || record["isGroup"] === false || chatType === "user" || innerType === "user") return false;
  const numbered = record["threadType"] === 2 || metadata["threadType"] === 2 || record["type"] === 1;
  return numbered && threadOf(record) !== namedSender(record);
}
