import type { Writable } from "node:stream";
import { once } from "node:events";

const mega = 1024 * 1024;

/** About 1 MiB of lines as a busy listener prints them: Vietnamese messages, heartbeats, sentences, noise. */
export function busyBlock(): Buffer {
  const lines: string[] = [];
  let bytes = 0;
  for (let index = 0; bytes < mega; index += 1) {
    const line = lineNumber(index);
    lines.push(line);
    bytes += Buffer.byteLength(line) + 1;
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

function lineNumber(index: number): string {
  if (index % 50 === 0)
    return '{"kind":"lifecycle","event":"heartbeat","session_id":"mx3k9a-41f0c2d7","timestamp":1795327735}';
  if (index % 77 === 0) return "[INFO] một dòng không phải JSON";
  const threadId = String(5_120_034_498_771_200_000n + BigInt(index));
  const text = `Mai họp lúc 9h nhé 🙂 số ${index}: ${"nghiêng mình trước gió, ".repeat(index % 40)}`;
  const shared = { threadId, msgType: "webchat", senderId: threadId, timestamp: 1_795_327_700 };
  return JSON.stringify({
    ...shared,
    msgId: String(6_921_045_577_310 + index),
    cliMsgId: String(1_795_327_700_123 + index),
    content: text,
    type: 0,
    metadata: { isGroup: false, ...shared, senderDisplayName: "Lan Phạm" },
    senderName: "Lan Phạm",
    toId: "3300912847765512008",
    ts: "1795327700456",
  });
}

/** Writes `totalMb` of listener output, with one line of `endlessMb` without a newline in the middle of it. */
export async function writeOutput(to: Writable, totalMb: number, endlessMb: number): Promise<void> {
  const block = busyBlock();
  const endless = Buffer.alloc(mega, "x");
  const write = async (bytes: Buffer) => {
    if (!to.write(bytes)) await once(to, "drain");
  };
  const ordinary = Math.max(2, totalMb - endlessMb);
  for (let index = 0; index < ordinary; index += 1) {
    await write(block);
    if (index !== Math.floor(ordinary / 2)) continue;
    for (let part = 0; part < endlessMb; part += 1) await write(endless);
    await write(Buffer.from("\n"));
  }
  to.end();
}
