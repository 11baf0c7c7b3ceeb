import type { Readable } from "node:stream";
import type { ChildHandle, Ending } from "./spawn.js";

/** What one finished call left behind. */
export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly ending: Ending;
  /** Why we ended the child, when we did. */
  readonly stopped?: "timeout" | "abort";
  /** True when output beyond the limit was read and dropped. */
  readonly truncated: boolean;
}

export interface CollectOptions {
  readonly timeoutMs: number;
  /** Between SIGTERM and SIGKILL; a second at most when cancelled. */
  readonly graceMs: number;
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal | undefined;
}

const maxErrorBytes = 64 * 1024;

// Who cancels is in a hurry: the host gives a stopping gateway 5 s, of which a send has had 3.
const cancelledGraceMs = 1000;

/** Reads a child to its end, always draining, keeping no more than asked. Settles only when nothing of it is left. */
export async function collect(child: ChildHandle, options: CollectOptions): Promise<RunResult> {
  const { timeoutMs, graceMs, maxOutputBytes, signal } = options;
  const stdout = keep(child.stdout, maxOutputBytes);
  const stderr = keep(child.stderr, maxErrorBytes);
  let stopped: "timeout" | "abort" | undefined;
  const stop = (reason: "timeout" | "abort"): void => {
    if (stopped !== undefined) return;
    stopped = reason;
    void child.terminate({ graceMs: reason === "abort" ? Math.min(graceMs, cancelledGraceMs) : graceMs });
  };
  const onAbort = (): void => stop("abort");
  const timer = Number.isFinite(timeoutMs) ? setTimeout(() => stop("timeout"), timeoutMs) : undefined;
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const ending = await child.exited;
  clearTimeout(timer);
  signal?.removeEventListener("abort", onAbort);
  return {
    stdout: stdout.text(),
    stderr: stderr.text(),
    ending,
    truncated: stdout.truncated(),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

function keep(stream: Readable | undefined, maxBytes: number): { text(): string; truncated(): boolean } {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let dropped = false;
  stream?.on("data", (chunk: Buffer) => {
    const room = maxBytes - bytes;
    if (chunk.length > room) dropped = true;
    if (room <= 0) return;
    chunks.push(chunk.subarray(0, room));
    bytes += Math.min(chunk.length, room);
  });
  // Decoded as a whole: a character cut by the pipe is whole again here.
  return { text: () => Buffer.concat(chunks).toString("utf8"), truncated: () => dropped };
}
