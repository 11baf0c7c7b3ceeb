import { Console } from "node:console";
import { Writable } from "node:stream";
import { inspect } from "node:util";

/** The four shapes in which results are printed. */
export interface Output {
  text(line: string): void;
  /** Node's object notation: not JSON. */
  inspect(value: unknown): void;
  json(value: unknown): void;
  table(rows: readonly object[]): void;
}

export function createOutput(write: (text: string) => void): Output {
  return {
    text: (line) => write(`${line}\n`),
    inspect: (value) => write(`${typeof value === "string" ? value : inspect(value, { depth: 6 })}\n`),
    json: (value) => write(`${JSON.stringify(value, null, 2)}\n`),
    table: (rows) => new Console({ stdout: collector(write) }).table(rows),
  };
}

function collector(write: (text: string) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      write(chunk.toString("utf8"));
      done();
    },
  });
}
