// Reads listener output from stdin, as the plugin does (`plugin`) or with a bare split loop (`bare`), and prints what memory it took.
import { once } from "node:events";
import type { Zca } from "../../src/zca/program/run.ts";
import { runFromSources } from "./source-hooks.ts";

export interface Reading {
  readonly messages: number;
  /** Lines that were discarded for their length. */
  readonly oversize: number;
  /** Bytes of heap and buffers still held after a collection, over what was held once the first megabytes were read. */
  readonly retained: number;
  /** Most bytes of heap and buffers held at any sample; garbage that waits to be collected depends on the machine. */
  readonly peak: number;
  /** Most bytes of the process in memory. */
  readonly peakRss: number;
}

runFromSources();
// Loaded in both modes: the code is no part of what reading costs.
const { startListener } = await import("../../src/zca/listen/listen.ts");
const { decodeMessage } = await import("../../src/zca/listen/message.ts");

const maxLineBytes = 4 * 1024 * 1024;
/** Read before the first measurement: code is compiled and caches are filled by then. */
const warmUpBytes = 8 * 1024 * 1024;
/** Prime, so that the samples fall everywhere in the lines. */
const sampleEveryBytes = 1_000_003;

const held = () => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

function collected(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return held();
}

let readBytes = 0;
let nextSampleBytes = 0;
let baseline: number | undefined;
let peak = 0;
let messages = 0;
let oversize = 0;

process.stdin.on("data", (chunk: Buffer) => {
  readBytes += chunk.length;
  if (readBytes < nextSampleBytes) return;
  nextSampleBytes = readBytes + sampleEveryBytes;
  const now = collected();
  if (readBytes > warmUpBytes) {
    baseline ??= now;
    peak = Math.max(peak, now);
  }
});

if (process.argv[2] === "bare") await bare();
else await plugin();

const retained = collected() - (baseline ?? 0);
const reading: Reading = { messages, oversize, retained, peak, peakRss: process.resourceUsage().maxRSS * 1024 };
process.stdout.write(JSON.stringify(reading));

/** The least that turns the bytes into objects: split at newlines, drop what is too long, parse. */
async function bare(): Promise<void> {
  let pieces: Buffer[] = [];
  let pending = 0;
  let discarding = false;
  const finish = (line: Buffer) => {
    if (line[0] !== 0x7b) return;
    const record = JSON.parse(line.toString("utf8")) as { msgId?: string };
    if (record.msgId !== undefined) messages += 1;
  };
  process.stdin.on("data", (chunk: Buffer) => {
    let start = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, start)) {
      if (discarding) oversize += 1;
      else finish(Buffer.concat([...pieces, chunk.subarray(start, at)]));
      pieces = [];
      pending = 0;
      discarding = false;
      start = at + 1;
    }
    pending += chunk.length - start;
    if (pending > maxLineBytes) {
      discarding = true;
      pieces = [];
    } else if (!discarding && start < chunk.length) pieces.push(chunk.subarray(start));
  });
  await once(process.stdin, "end");
}

/** The plugin's own listener over this process' stdin, with every message decoded. */
async function plugin(): Promise<void> {
  const ended = new Promise<{ kind: "exit"; code: number }>((resolve) => {
    process.stdin.once("end", () => resolve({ kind: "exit", code: 0 }));
  });
  const zca = {
    capabilities: async () => ({ supervised: true, endOfOptions: true, rawText: true }),
    start: () => ({
      pid: process.pid,
      stdout: process.stdin,
      stderr: undefined,
      exited: ended,
      terminate: () => ended,
    }),
  } as unknown as Zca;
  const listener = startListener(zca, {
    onLine(line) {
      if (line.kind === "malformed" && line.reason === "too-long") oversize += 1;
      if (line.kind === "message" && "text" in decodeMessage(line.record)) messages += 1;
    },
  });
  await listener.exited;
}
