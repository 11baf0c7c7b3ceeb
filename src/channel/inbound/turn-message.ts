import type { InboundMessage } from "../../zca/index.js";
import { wordsOf } from "./words.js";

/** One or several lines of one sender that are answered as one turn. */
export interface TurnMessage {
  readonly accountLocalKeys: readonly string[];
  readonly threadId: string;
  readonly isGroup: boolean;
  readonly senderId: string;
  readonly senderName: string | undefined;
  readonly threadName: string | undefined;
  /** Id of the newest line; what the host knows the turn by. */
  readonly messageId: string;
  readonly atMs: number;
  /** The words of all lines, and what stands for words, such as "[sticker 123]". */
  readonly text: string;
  readonly lines: readonly [InboundMessage, ...InboundMessage[]];
}

export function toTurnMessage(lines: readonly [InboundMessage, ...InboundMessage[]]): TurnMessage {
  const newest = lines.at(-1) ?? lines[0];
  return {
    accountLocalKeys: lines.map((line) => line.eventKey),
    threadId: newest.threadId,
    isGroup: newest.isGroup,
    senderId: newest.senderId,
    senderName: newest.senderName,
    threadName: newest.threadName,
    messageId: newest.messageId ?? newest.eventKey,
    atMs: newest.atMs,
    text: bounded(lines.map(wordsOf)),
    lines,
  };
}

/** Zalo's own messages hold some thousand characters. Beyond this a text only fills the agent's context. */
const MAX_TEXT = 100_000;

function bounded(texts: readonly string[]): string {
  const text = texts.filter((part) => part.trim() !== "").join("\n");
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT).toWellFormed()}\n[cut: ${MAX_TEXT} of ${text.length} characters]`;
}
