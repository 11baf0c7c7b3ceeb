import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

/** Bytes for one write of their own. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Pause before it. */
  readonly ms?: number;
}

/** Where output goes: short commands hold it back until their work is done, long ones write at once. */
export interface Sink {
  write(text: string | Uint8Array): void;
  warn(line: string): void;
  /** Write at once from now on. */
  stream(): void;
  /** Write nothing any more. */
  mute(): void;
  /** What is held back; taking it empties it. */
  take(): string;
  /** Writes piece by piece; what is written meanwhile waits its turn. */
  pieces(pieces: Iterable<Piece>): void;
  /** Settles when everything written in pieces is out. */
  idle(): Promise<void>;
}

export function createSink(): Sink {
  let held = "";
  let mode: "hold" | "stream" | "mute" = "hold";
  let running: Promise<void> | undefined;
  const jobs: Iterable<Piece>[] = [];
  const run = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await print(job);
    running = undefined;
  };
  const queue = (job: Iterable<Piece>) => {
    jobs.push(job);
    running ??= run();
  };
  return {
    write(text) {
      if (mode === "hold") held += typeof text === "string" ? text : Buffer.from(text).toString("utf8");
      else if (mode === "mute") return;
      else if (running === undefined) process.stdout.write(text);
      else queue([{ bytes: Buffer.from(text) }]);
    },
    warn: (line) => void process.stderr.write(`${line}\n`),
    stream() {
      if (mode === "hold") mode = "stream";
    },
    mute() {
      mode = "mute";
    },
    take() {
      const text = mode === "mute" ? "" : held;
      held = "";
      return text;
    },
    pieces(job) {
      if (mode !== "mute") queue(job);
    },
    idle: async () => running,
  };
}

async function print(job: Iterable<Piece>): Promise<void> {
  for (const { bytes, ms } of job) {
    if (ms !== undefined) await pause(ms);
    if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
  }
}
