import { parseExactJson } from "../output/exact-json.js";
import { headOf, type MalformedReason, type MessageRecord } from "./message-keys.js";
import { idOf, isRecord, textOf, timeOf } from "../output/values.js";

export type LifecycleEvent = "session_id" | "connected" | "heartbeat" | "error" | "closed";

/** One line of `zca listen`, classified. */
export type StreamLine =
  | {
      readonly kind: "message";
      /** Identifies the message within its account; see `InboundMessage.eventKey`. */
      readonly id: string;
      /** Further keys under which the same message may arrive again. */
      readonly altKeys: readonly string[];
      /** The conversation, as `user:<id>` or `group:<id>`: lines of one lane are handled in order. */
      readonly lane: string;
      /** The line itself: what a journal stores. `decodeMessage` reads it again. */
      readonly raw: string;
      /** The parsed line, so that a message handled at once is parsed once. */
      readonly record: MessageRecord;
    }
  | {
      readonly kind: "lifecycle";
      readonly event: LifecycleEvent;
      readonly sessionId?: string;
      readonly code?: number;
      readonly reason?: string;
      readonly message?: string;
      readonly atMs?: number;
    }
  | { readonly kind: "notice"; readonly notice: "listening" | "connected"; readonly text: string }
  | {
      readonly kind: "notice";
      readonly notice: "closed";
      readonly code: number;
      readonly reason: string;
      readonly text: string;
    }
  | { readonly kind: "malformed"; readonly reason: MalformedReason };

/** Reads one line just far enough to route it. Never throws. */
export function readLine(line: string): StreamLine {
  const raw = line.trim();
  if (raw === "") return malformed("empty");
  if (!raw.startsWith("{")) return readText(raw);
  let value: unknown;
  try {
    value = parseExactJson(raw);
  } catch {
    return malformed("broken-json");
  }
  if (!isRecord(value)) return malformed("not-an-object");
  if (value["kind"] === "lifecycle") return readLifecycle(value);
  const head = headOf(value);
  if ("malformed" in head) return malformed(head.malformed);
  return { kind: "message", id: head.eventKey, altKeys: head.altKeys, lane: head.lane, raw, record: value };
}

const events: ReadonlySet<string> = new Set<LifecycleEvent>([
  "session_id",
  "connected",
  "heartbeat",
  "error",
  "closed",
]);

function readLifecycle(record: MessageRecord): StreamLine {
  const event = textOf(record["event"]);
  if (!isLifecycleEvent(event)) return malformed("unknown-lifecycle");
  const sessionId = idOf(record["session_id"]);
  const reason = textOf(record["reason"]);
  const message = textOf(record["message"]);
  const atMs = timeOf(record["timestamp"]);
  return {
    kind: "lifecycle",
    event,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(typeof record["code"] === "number" ? { code: record["code"] } : {}),
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
    ...(atMs === undefined ? {} : { atMs }),
  };
}

function isLifecycleEvent(event: string | undefined): event is LifecycleEvent {
  return event !== undefined && events.has(event);
}

/** The plain sentences the program mixes into its JSON lines. */
function readText(raw: string): StreamLine {
  const text = raw.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "").trim();
  if (/^listening\b/i.test(text)) return { kind: "notice", notice: "listening", text };
  if (/^connected to zalo\b/i.test(text)) return { kind: "notice", notice: "connected", text };
  const closed = /^listener closed \((\d+)\)\s*(.*)$/i.exec(text);
  if (closed) return { kind: "notice", notice: "closed", code: Number(closed[1]), reason: closed[2] ?? "", text };
  return malformed(text.startsWith("[") && text.endsWith("]") ? "not-an-object" : "not-json");
}

function malformed(reason: MalformedReason): StreamLine {
  return { kind: "malformed", reason };
}
