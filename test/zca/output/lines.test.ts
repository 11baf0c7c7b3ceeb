import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineSplitter } from "../../../src/zca/output/lines.ts";
import { growthOf, linearGrowth } from "../../text/growth.ts";

interface Seen {
  readonly lines: string[];
  readonly unterminated: string[];
  readonly oversize: number[];
}

function split(chunks: readonly Uint8Array[], maxBytes?: number): Seen {
  const seen: Seen = { lines: [], unterminated: [], oversize: [] };
  const splitter = createLineSplitter({
    onLine: (line, { terminated }) => (terminated ? seen.lines : seen.unterminated).push(line),
    onOversize: (bytes) => seen.oversize.push(bytes),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return seen;
}

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

describe("line splitter", () => {
  test("keeps half a line until the rest arrives", () => {
    const seen = split([Buffer.from('{"a":'), Buffer.from("1}\n{"), Buffer.from("}\n")]);
    expect(seen).toEqual({ lines: ['{"a":1}', "{}"], unterminated: [], oversize: [] });
  });

  test("keeps Vietnamese and emoji whole when every byte comes alone", () => {
    const text = "Chào Lan Phạm, họp lúc 9h nhé 👨‍👩‍👧‍👦 – thứ Bảy\n";
    const seen = split([...Buffer.from(text)].map((byte) => Buffer.of(byte)));
    expect(seen.lines).toEqual([text.trimEnd()]);
  });

  test("removes carriage returns and byte order marks, and nothing else", () => {
    const seen = split([Buffer.from("\uFEFFmột\r\nhai\r\r\n\n  ba  \n")]);
    expect(seen.lines).toEqual(["một", "hai\r", "", "  ba  "]);
  });

  test("hands on a last line without newline, marked as such", () => {
    expect(split([Buffer.from("đủ\nnửa ch")])).toEqual({ lines: ["đủ"], unterminated: ["nửa ch"], oversize: [] });
  });

  test("discards an oversize line through its newline, counts it, and goes on", () => {
    const seen = split([Buffer.from("a\n"), Buffer.alloc(40, "x"), Buffer.alloc(40, "y"), Buffer.from("z\nb\n")], 50);
    expect(seen).toEqual({ lines: ["a", "b"], unterminated: [], oversize: [81] });
  });

  test("keeps a line of exactly the limit", () => {
    const seen = split([Buffer.from("x".repeat(49)), Buffer.from("y\r\n")], 50);
    expect(seen.lines).toEqual([`${"x".repeat(49)}y`]);
  });

  test("the same bytes give the same lines however they are cut", () => {
    const line = fc.string({ unit: "grapheme", maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom("\n", "\r\n"),
        fc.array(fc.nat(4000)),
        (lines, end, cuts) => {
          const bytes = Buffer.from(lines.join(end));
          expect(split(pieces(bytes, cuts), 100)).toEqual(split([bytes], 100));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("any bytes at all are cut the same way and never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(300)), (bytes, cuts) => {
        expect(split(pieces(Buffer.from(bytes), cuts), 64)).toEqual(split([bytes], 64));
      }),
      { numRuns: 500 },
    );
  });

  test("holds no more memory than one line while an endless line pours in", () => {
    let discarded = 0;
    const splitter = createLineSplitter({
      onLine: () => undefined,
      onOversize: (bytes) => (discarded = bytes),
      maxBytes: 1024 * 1024,
    });
    const chunk = Buffer.alloc(64 * 1024, "x");
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 4096; count++) splitter.push(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
    splitter.push(Buffer.from("\n"));
    expect(discarded).toBe(4096 * 64 * 1024);
  });

  test("takes a long line in pieces of 64 bytes without copying it over and over", () => {
    const piece = Buffer.alloc(64, "x");
    const growth = growthOf((chars) => {
      // Up to 2 MB: copying all that came before with every piece would move 31 GB.
      const pieces = Math.ceil((chars * 20) / piece.length);
      let length = 0;
      const splitter = createLineSplitter({ onLine: (line) => (length = line.length) });
      for (let count = 0; count < pieces; count++) splitter.push(piece);
      splitter.push(Buffer.from("\n"));
      expect(length).toBe(pieces * piece.length);
    });
    expect(growth).toBeLessThan(linearGrowth);
  });
});
