import { StringDecoder } from "node:string_decoder";
import { busyBlock } from "../../test/memory/output.ts";
import { mixedLines } from "../mixed-lines.ts";
import { measurePairs, type Pairs } from "../pairs.ts";
import type { Measurement, Row } from "../row.ts";
import { createLineSplitter, decodeMessage, readLine } from "../shipped.ts";

/** What a pipe hands over at once on Linux. */
const pieceBytes = 64 * 1024;

export const inbound: Row = {
  name: "inbound",
  async run({ quick }) {
    const busy = busyBlock().toString().trimEnd().split("\n");
    const mixed = mixedLines();
    return [
      measurement("inbound, 10^3 lines", await atSize(busy, 1000, quick ? 200 : 500)),
      measurement("inbound, 10^5 lines", await atSize(busy, 100_000, quick ? 9 : 25)),
      withoutBar(measurement("inbound, 10^3 lines of every kind", await atSize(mixed, 1000, quick ? 200 : 500))),
      withoutBar(measurement("inbound, 10^5 lines of every kind", await atSize(mixed, 100_000, quick ? 9 : 25))),
      await growth(busy, quick ? 9 : 25),
    ];
  },
};

function measurement(name: string, { ours, theirs }: Pairs): Measurement {
  return {
    name,
    unit: "lines/s",
    samples: ours,
    baseline: { name: "split + JSON.parse", samples: theirs },
    bar: { of: "ratio", at: "least", limit: 0.6 },
  };
}

/** Pictures and replies are more work than their bytes: what they carry is JSON within JSON, and addresses to check. */
function withoutBar({ bar: _bar, ...reported }: Measurement): Measurement {
  return reported;
}

async function atSize(block: readonly string[], lines: number, repetitions: number): Promise<Pairs> {
  const pieces = piecesOf(block, lines);
  const rate = (read: (pieces: readonly Buffer[]) => number) => () => (lines / timed(read, pieces)) * 1000;
  return measurePairs(repetitions, 3, rate(readAsPlugin), rate(readBare));
}

/** Cost of a line among many against its cost among few. The few are read over and over, so that both take as long. */
async function growth(block: readonly string[], repetitions: number): Promise<Measurement> {
  const few = piecesOf(block, 1000);
  const many = piecesOf(block, 100_000);
  const { ours, theirs } = await measurePairs(
    repetitions,
    2,
    () => timed(readAsPlugin, many) / 100,
    () => {
      let milliseconds = 0;
      for (let round = 0; round < 100; round += 1) milliseconds += timed(readAsPlugin, few);
      return milliseconds / 100;
    },
  );
  return {
    name: "inbound, cost of a line among 10^5 against 10^3",
    unit: "us",
    samples: ours,
    baseline: { name: "10^3 lines", samples: theirs },
    bar: { of: "ratio", at: "most", limit: 1.5 },
  };
}

function timed(read: (pieces: readonly Buffer[]) => number, pieces: readonly Buffer[]): number {
  const from = performance.now();
  if (read(pieces) === 0) throw new Error("No message was read.");
  return performance.now() - from;
}

/** Exactly this many lines, the block's over and over, cut as a pipe cuts them. */
function piecesOf(block: readonly string[], lines: number): Buffer[] {
  const all = Array.from({ length: lines }, (_, index) => block[index % block.length]);
  const bytes = Buffer.from(`${all.join("\n")}\n`);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes));
  return pieces;
}

function readAsPlugin(pieces: readonly Buffer[]): number {
  let messages = 0;
  const splitter = createLineSplitter({
    onLine(text) {
      const line = readLine(text);
      if (line.kind === "message" && "text" in decodeMessage(line.record)) messages += 1;
    },
  });
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return messages;
}

function readBare(pieces: readonly Buffer[]): number {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let messages = 0;
  for (const piece of pieces) {
    const lines = (rest + decoder.write(piece)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("{")) continue;
      if ((JSON.parse(line) as { msgId?: string }).msgId !== undefined) messages += 1;
    }
  }
  return messages;
}
