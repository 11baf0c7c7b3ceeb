import { closeSync, existsSync, fstatSync, openSync, readSync, statSync, watch, writeFileSync } from "node:fs";
import { readControl } from "./control-file.ts";
import { appendLines, exclusively, readJson, writeJson } from "./disk.ts";
import type { Layout } from "./layout.ts";
import type { MessageDraft, ServerMessage, WireRecord } from "./records.ts";

const firstMsgId = 6_921_045_000_000;

/** Puts messages on the servers' log; ids and times are given here, in the order of the log. */
export function postMessages(layout: Layout, drafts: readonly MessageDraft[]): ServerMessage[] {
  return exclusively(layout, () => {
    const counters = readJson(layout.counters, { messages: 0, lastAt: 0 });
    const { seed } = readControl(layout);
    let { messages, lastAt } = counters;
    const posted = drafts.map((draft): ServerMessage => {
      messages += 1;
      // Two messages never share a millisecond: sender clock ids are unique at Zalo.
      lastAt = Math.max(Date.now(), lastAt + 1);
      return {
        styles: [],
        mentions: [],
        attachments: [],
        content: draft.text,
        msgType: "webchat",
        msgId: String(firstMsgId + seed * 1_000_000 + messages),
        cliMsgId: String(lastAt - 40),
        ts: String(lastAt),
        ...draft,
        kind: "message",
        at: lastAt,
      };
    });
    writeJson(layout.counters, { messages, lastAt });
    appendLines(layout.messages, posted);
    return posted;
  });
}

export function appendWire(layout: Layout, record: WireRecord): void {
  appendLines(layout.messages, [record]);
}

export interface Tail {
  /** Reads what was appended since the last read. */
  read(): WireRecord[];
  close(): void;
}

/** Follows the log from `offset` on (default: its beginning). */
export function openTail(layout: Layout, offset = 0): Tail {
  if (!existsSync(layout.messages)) writeFileSync(layout.messages, "", { flag: "a" });
  const handle = openSync(layout.messages, "r");
  let position = offset;
  let rest = Buffer.alloc(0);
  return {
    read() {
      const size = fstatSync(handle).size;
      if (size <= position) return [];
      const piece = Buffer.alloc(size - position);
      const count = readSync(handle, piece, 0, piece.length, position);
      position += count;
      const bytes = Buffer.concat([rest, piece.subarray(0, count)]);
      const end = bytes.lastIndexOf(0x0a) + 1;
      rest = Buffer.from(bytes.subarray(end));
      const lines = bytes.toString("utf8", 0, end).split("\n");
      return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as WireRecord);
    },
    close: () => closeSync(handle),
  };
}

export function wireSize(layout: Layout): number {
  return existsSync(layout.messages) ? statSync(layout.messages).size : 0;
}

/** Calls `onChange` when the log grew; the timer covers file systems that report nothing. */
export function watchWire(layout: Layout, onChange: () => void): () => void {
  const watcher = watch(layout.messages, onChange);
  const timer = setInterval(onChange, 250);
  return () => {
    watcher.close();
    clearInterval(timer);
  };
}

/** Everything on the log, from its beginning. */
export function readWire(layout: Layout): WireRecord[] {
  const tail = openTail(layout);
  try {
    return tail.read();
  } finally {
    tail.close();
  }
}
