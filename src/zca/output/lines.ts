/** Whether the line ended with a newline; the last one may not have, and may be half a record. */
export interface LineInfo {
  readonly terminated: boolean;
}

export interface LineSplitterOptions {
  /** Longest line kept, in bytes without the newline; longer ones are discarded whole. Default 4 MiB. */
  readonly maxBytes?: number;
  readonly onLine: (line: string, info: LineInfo) => void;
  /** Called once per discarded line with its length in bytes. */
  readonly onOversize?: (bytes: number) => void;
}

export interface LineSplitter {
  push(chunk: Uint8Array): void;
  /** Flushes an unterminated last line. */
  end(): void;
}

const newline = 10;
const carriageReturn = 13;
const whole: LineInfo = { terminated: true };
const cut: LineInfo = { terminated: false };
const keptCapacityBytes = 64 * 1024;

/**
 * Turns bytes in arbitrary pieces into lines. A newline byte never occurs inside a UTF-8 character, so cutting
 * first and decoding whole lines keeps every character intact wherever the pipe cut it.
 */
export function createLineSplitter(options: LineSplitterOptions): LineSplitter {
  const { onLine, onOversize, maxBytes = 4 * 1024 * 1024 } = options;
  // The half line so far. Grows by doubling, so a line arriving in thousands of pieces is copied a constant number of times.
  let pending = Buffer.alloc(0);
  let pendingBytes = 0;
  let discardedBytes = 0;

  const append = (bytes: Buffer): void => {
    if (discardedBytes > 0 || pendingBytes + bytes.length > maxBytes + 1) {
      discardedBytes += pendingBytes + bytes.length;
      pendingBytes = 0;
      pending = Buffer.alloc(0);
      return;
    }
    if (pending.length < pendingBytes + bytes.length) {
      const needed = Math.max(pending.length * 2, pendingBytes + bytes.length, 4096);
      // A long line gets all the room a line may take at once: each smaller buffer on the way there would be garbage.
      const grown = Buffer.allocUnsafeSlow(needed > keptCapacityBytes ? maxBytes + 1 : needed);
      pending.copy(grown, 0, 0, pendingBytes);
      pending = grown;
    }
    bytes.copy(pending, pendingBytes);
    pendingBytes += bytes.length;
  };

  const emit = (bytes: Buffer, start: number, end: number, info: LineInfo): void => {
    const stop = end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;
    if (stop - start > maxBytes) return onOversize?.(stop - start);
    const first = hasByteOrderMark(bytes, start, stop) ? start + 3 : start;
    onLine(bytes.toString("utf8", first, stop), info);
  };

  const flush = (info: LineInfo): void => {
    if (discardedBytes > 0) {
      const bytes = discardedBytes;
      discardedBytes = 0;
      return onOversize?.(bytes);
    }
    const bytes = pending;
    const length = pendingBytes;
    pendingBytes = 0;
    if (pending.length > keptCapacityBytes) pending = Buffer.alloc(0);
    emit(bytes, 0, length, info);
  };

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let start = 0;
      for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, start)) {
        if (pendingBytes > 0 || discardedBytes > 0) {
          append(bytes.subarray(start, at));
          flush(whole);
        } else {
          emit(bytes, start, at, whole);
        }
        start = at + 1;
      }
      if (start < bytes.length) append(bytes.subarray(start));
    },
    end() {
      if (pendingBytes > 0 || discardedBytes > 0) flush(cut);
    },
  };
}

function hasByteOrderMark(bytes: Buffer, start: number, end: number): boolean {
  return end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}
