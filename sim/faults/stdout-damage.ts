import type { Piece } from "../sink.ts";
import type { StdoutEffect } from "./effects.ts";

const notes = ["[INFO] 2026-11-22T08:15:04.112Z đồng bộ danh bạ", "[INFO] 2026-11-22T08:15:04.160Z xong"] as const;
const garbage = ["}{ lỗi không rõ", "undefined", "at Socket.<anonymous> (internal)", '{"threadId":'].join("\n");
const scalars = ["42", '"xin chào"', "[1,2,3]", "[]", "null", "true"].join("\n");
const blockBytes = 65_536;

/** The writes a damaged text comes out in. `text` is a line of a stream or, as the `last` of its process, a whole answer. */
export function damaged(text: string, effect: StdoutEffect, { last }: { readonly last: boolean }): Iterable<Piece> {
  const line = text.replace(/\n$/u, "");
  switch (effect.mode) {
    case "garbage-lines":
      return whole(`${garbage}\n${text}${garbage}\n`);
    case "ansi":
      return whole(`\u001b[32m${line}\u001b[0m\n`);
    case "bom":
      return whole(`\uFEFF${text}`);
    case "crlf":
      return whole(text.replaceAll("\n", "\r\n"));
    case "empty-lines":
      return whole(`\n  \n\t\n${text}\n\n`);
    case "json-scalars":
      return whole(`${scalars}\n${text}`);
    case "truncated-json":
      return whole(`${line.slice(0, Math.ceil(line.length / 2))}\n`);
    case "two-on-one-line":
      // On a stream whatever is printed next joins it.
      return whole(last ? `${line}${text}` : line);
    case "no-final-newline":
      return whole(line);
    case "byte-by-byte":
      return Array.from(Buffer.from(text), (byte) => ({ bytes: Uint8Array.of(byte) }));
    case "split-character":
      return split(Buffer.from(text), effect.ms ?? 30);
    case "invalid-utf8":
      return [{ bytes: withBrokenCharacters(text) }];
    case "nul-bytes":
      return whole(`${"\0".repeat(16)}${effect.sameLine === true ? "" : "\n"}${text}`);
    case "long-line":
      return longLine(line, effect.bytes ?? 5_000_000);
    case "endless-line":
      return endless(text, effect.bytes ?? 16 * 2 ** 20);
    case "prefix-noise":
      return whole(`${notes[0]}${effect.sameLine === true ? " " : "\n"}${text}`);
    case "trailing-noise":
      return whole(`${line}${effect.sameLine === true ? " " : "\n"}${notes[1]}\n`);
  }
}

function whole(text: string): Piece[] {
  return [{ bytes: Buffer.from(text) }];
}

/** Cuts behind the first byte of the first character that has several; the middle when all are ASCII. */
function split(bytes: Buffer, ms: number): Piece[] {
  const lead = bytes.findIndex((byte) => byte >= 0xc0);
  const cut = lead < 0 ? Math.ceil(bytes.length / 2) : lead + 1;
  return [{ bytes: bytes.subarray(0, cut) }, { bytes: bytes.subarray(cut), ms }];
}

/** Bytes no UTF-8 text has: at the beginning of the first `content`, else behind the first quote. */
function withBrokenCharacters(text: string): Buffer {
  const found = /"content": ?"/u.exec(text) ?? /['"]/u.exec(text);
  const at = found === null ? 0 : found.index + found[0].length;
  return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from(text.slice(at))]);
}

/** The same object with so much padding, then as it is: whoever drops the long one still gets the message. */
function* longLine(line: string, bytes: number): Iterable<Piece> {
  const head = line.endsWith("}") && line.startsWith("{") ? `${line.slice(0, -1)},"padding":"` : '{"padding":"';
  yield { bytes: Buffer.from(head) };
  yield* filler(bytes - head.length - 3);
  yield { bytes: Buffer.from(`"}\n${line}\n`) };
}

/** No newline until the budget is spent, then the text as it is. */
function* endless(text: string, bytes: number): Iterable<Piece> {
  yield* filler(bytes);
  yield { bytes: Buffer.from(`\n${text}`) };
}

function* filler(bytes: number): Iterable<Piece> {
  const block = Buffer.alloc(blockBytes, "x");
  for (let left = bytes; left > 0; left -= blockBytes)
    yield { bytes: left < blockBytes ? block.subarray(0, left) : block };
}
