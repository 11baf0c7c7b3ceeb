import { readFileSync } from "node:fs";

/** A listener holds about 85 MB; even a flood of messages needs little more. */
export const MEMORY_LIMIT_BYTES = 768 * 1024 * 1024;

export interface MemoryWatchOptions {
  readonly onExceeded: () => void;
  readonly limitBytes?: number;
  readonly everyMs?: number;
  /** Bytes of a process in memory; undefined when that cannot be told. */
  readonly readBytes?: (pid: number) => number | undefined;
}

/**
 * Calls back once when a process has grown beyond all measure. The program's own downloader has a limit of time for the
 * header of an answer and none for its body: a server next door that never stops sending would fill the machine.
 * Returns what ends the watch.
 */
export function watchMemory(pid: number | undefined, options: MemoryWatchOptions): () => void {
  const { onExceeded, limitBytes = MEMORY_LIMIT_BYTES, everyMs = 1000, readBytes = residentBytes } = options;
  if (pid === undefined) return () => undefined;
  const timer = setInterval(() => {
    if ((readBytes(pid) ?? 0) <= limitBytes) return;
    clearInterval(timer);
    onExceeded();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Linux tells in a file what macOS tells only to a program, and one of those every second would be too many. */
function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
