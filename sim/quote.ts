import { CliError } from "./cli-error.ts";
import type { Target } from "./text/plan.ts";
import type { Quote } from "./world/records.ts";
import { isRecord } from "./world/sessions.ts";

/** Reads `--reply-message`: a line of `listen` as it came, or a raw message object (contract 9). */
export function readQuote(json: string, target: Target): Quote {
  const source = parseObject(json);
  const thread = source["threadId"];
  if (typeof thread === "string" && thread !== target.threadId)
    throw new CliError("Reply message belongs to a different thread.");
  const content = source["content"];
  if (typeof content !== "string" && !isRecord(content))
    throw new CliError("Reply message content must be a string or object.");
  const ts = Number(source["ts"]);
  if (source["ts"] === undefined || !Number.isFinite(ts)) throw new CliError("Missing reply message ts.");
  const msgType = text(source, "msgType");
  if (typeof content !== "string" && msgType === "webchat") {
    throw new CliError(`This kind of \`${msgType}\` quote type is not available`);
  }
  return {
    ownerId: text(source, "senderId") || text(source, "uidFrom") || missing("senderId"),
    senderName: text(source, "senderName"),
    msg: typeof content === "string" ? wordsOf(content, typeof thread === "string") : text(content, "title"),
    attach: typeof content === "string" ? "" : JSON.stringify(content),
    ts,
    cliMsgId: text(source, "cliMsgId") || missing("cliMsgId"),
    globalMsgId: text(source, "msgId") || missing("msgId"),
    cliMsgType: 1,
  };
}

function parseObject(json: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(json);
    if (isRecord(parsed)) return parsed;
  } catch (error) {
    throw new CliError(`Invalid JSON for --reply-message: ${error instanceof Error ? error.message : ""}`);
  }
  throw new CliError("Invalid JSON for --reply-message: expected an object");
}

function text(source: Record<string, unknown>, key: string): string {
  const found = source[key];
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}

function missing(key: string): never {
  throw new CliError(`Missing reply message ${key}.`);
}

/** Of a line of `listen`, which names its thread, the notes at its end are not the sender's words. */
function wordsOf(content: string, isLine: boolean): string {
  if (!isLine) return content;
  const lines = content.split("\n");
  const isNote = (line: string) => /^\[reply (?:context: |media attached[: ])/u.test(line.trim());
  return lines.slice(0, lines.findLastIndex((line) => !isNote(line)) + 1).join("\n");
}
