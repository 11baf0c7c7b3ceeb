import type { Capabilities } from "../program/capabilities.js";
import { listenCommand } from "../program/commands.js";
import { type Failure, recognizeText } from "../output/failures.js";
import { classify, failedStart, isTakenOver, type ListenExit, stoppedBeforeStart } from "./listen-exit.js";
import { createLineSplitter } from "../output/lines.js";
import { type MemoryWatchOptions, watchMemory } from "./memory-watch.js";
import type { MalformedReason } from "./message-keys.js";
import { readLine, type StreamLine } from "./protocol.js";
import { redacted } from "../output/redact.js";
import type { Zca } from "../program/run.js";
import type { ChildHandle } from "../process/spawn.js";

export interface ListenerStats {
  readonly lines: number;
  readonly messages: number;
  readonly heartbeats: number;
  readonly oversize: number;
  readonly malformed: Readonly<Partial<Record<MalformedReason, number>>>;
}

export interface ListenerOptions {
  /** Called for every line but empty ones, malformed ones included, in order. */
  readonly onLine: (line: StreamLine) => void;
  /** Called for every line on stderr, already redacted. */
  readonly onStderr?: (line: string, failure: Failure | undefined) => void;
  /** Told what the program can do, just before it starts to listen. */
  readonly onProgram?: (able: Capabilities) => void;
  /** How long the program may stay up after its websocket closed; then it is deaf and gets ended. Default 5000. */
  readonly closeGraceMs?: number;
  readonly maxLineBytes?: number;
  /** Other limits than the watch's own. */
  readonly memory?: Omit<MemoryWatchOptions, "onExceeded">;
}

export interface Listener {
  /** Undefined until the program runs. */
  readonly pid: number | undefined;
  /** Never rejects; settles when nothing of the listener is left. */
  readonly exited: Promise<ListenExit>;
  /** SIGTERM at once, SIGKILL after `graceMs` (1 s while the program is still being asked what it can do). */
  stop(graceMs: number): Promise<void>;
  stats(): ListenerStats;
}

const keptErrorLines = 40;

/** Starts `zca listen`. Returns at once; a start that fails is an exit. */
export function startListener(zca: Zca, options: ListenerOptions): Listener {
  const { onLine, onStderr, closeGraceMs = 5000 } = options;
  const counts = { lines: 0, messages: 0, heartbeats: 0, oversize: 0 };
  const malformed: Partial<Record<MalformedReason, number>> = {};
  const errors: string[] = [];
  let child: ChildHandle | undefined;
  const stopping = new AbortController();
  let connected = false;
  let closeCode: number | undefined;
  let overgrown = false;
  let deaf: NodeJS.Timeout | undefined;

  const end = () => void child?.terminate({ graceMs: 2000 });
  const noteClosed = (code: number): void => {
    if (isTakenOver(closeCode)) return;
    closeCode = code;
    clearTimeout(deaf);
    // With its own keep-alive the program would take the session back within seconds, and lose it again, for ever.
    if (isTakenOver(code)) end();
    else deaf = setTimeout(end, closeGraceMs);
  };
  const noteConnected = (): void => {
    connected = true;
    if (isTakenOver(closeCode)) return;
    // With its own keep-alive the program may reconnect by itself: then it is not deaf.
    closeCode = undefined;
    clearTimeout(deaf);
  };
  const read = (text: string): void => {
    if (text.trim() === "") return;
    const line = readLine(text);
    counts.lines++;
    if (line.kind === "message") counts.messages++;
    else if (line.kind === "malformed") malformed[line.reason] = (malformed[line.reason] ?? 0) + 1;
    else if (line.kind === "notice" && line.notice === "closed") noteClosed(line.code);
    else if (line.kind === "notice" && line.notice === "connected") noteConnected();
    else if (line.kind === "lifecycle" && line.event === "connected") noteConnected();
    else if (line.kind === "lifecycle" && line.event === "heartbeat") counts.heartbeats++;
    else if (line.kind === "lifecycle" && line.event === "closed") noteClosed(line.code ?? closeCode ?? 1005);
    onLine(line);
  };
  const readError = (text: string): void => {
    if (text.trim() === "") return;
    errors.push(text.slice(0, 2000));
    if (errors.length > keptErrorLines) errors.shift();
    onStderr?.(redacted(text), recognizeText(text));
  };

  const onExceeded = (): void => {
    overgrown = true;
    void child?.terminate({ graceMs: 200 });
  };

  const listen = async (): Promise<ListenExit> => {
    const { maxLineBytes } = options;
    const able = await zca.capabilities(stopping.signal);
    if (stopping.signal.aborted) return stoppedBeforeStart;
    options.onProgram?.(able);
    const command = listenCommand(able);
    child = zca.start(command);
    const unwatch = watchMemory(child.pid, { ...options.memory, onExceeded });
    const out = createLineSplitter({
      onLine: read,
      onOversize: () => {
        counts.oversize++;
        onLine({ kind: "malformed", reason: "too-long" });
      },
      ...(maxLineBytes === undefined ? {} : { maxBytes: maxLineBytes }),
    });
    const err = createLineSplitter({ onLine: readError, maxBytes: 64 * 1024 });
    child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
    const ending = await child.exited;
    unwatch();
    clearTimeout(deaf);
    out.end();
    err.end();
    clearTimeout(deaf); // The last line may have been the one that says "closed".
    const exit = classify(zca, command, { ending, closeCode, connected, stderr: errors.join("\n") });
    return overgrown ? { ...exit, kind: "crash", detail: "It took far more memory than a listener needs." } : exit;
  };
  const exited = listen().catch((error: unknown) =>
    stopping.signal.aborted ? stoppedBeforeStart : failedStart(error),
  );

  return {
    get pid() {
      return child?.pid;
    },
    exited,
    async stop(graceMs) {
      stopping.abort();
      await child?.terminate({ graceMs });
      await exited;
    },
    stats: () => ({ ...counts, malformed: { ...malformed } }),
  };
}
