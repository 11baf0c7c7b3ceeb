import type { Rows } from "./rows.js";
import type { Storage } from "./storage.js";

/** Collects the changes of one tick into one transaction: a burst costs one write to disk, not one per line. */
export interface Writes {
  /** Settles when the change is on disk. Changes run in the order they were asked for. */
  write<T>(change: (rows: Rows) => T): Promise<T>;
  /** Writes at once what is still collected. */
  flush(): void;
}

interface Waiting {
  readonly run: (rows: Rows) => void;
  readonly settle: (error?: unknown) => void;
}

export interface WriteOptions {
  /** How the changes of one tick are collected. Default `setImmediate`. */
  readonly defer?: ((run: () => void) => void) | undefined;
  /** Called after every transaction. */
  readonly onWritten?: () => void;
}

export function openWrites(storage: Storage, { defer = setImmediate, onWritten }: WriteOptions = {}): Writes {
  let waiting: Waiting[] = [];

  function flush(): void {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      storage.write((rows) => {
        for (const { run } of batch) run(rows);
      });
    } catch (error) {
      for (const { settle } of batch) settle(error);
      return;
    }
    onWritten?.();
    for (const { settle } of batch) settle();
  }

  return {
    flush,
    write: <T>(change: (rows: Rows) => T) =>
      new Promise<T>((resolve, reject) => {
        let result: { readonly value: T } | undefined;
        waiting.push({
          run: (rows) => {
            result = { value: change(rows) };
          },
          settle: (error) => {
            if (result === undefined || error !== undefined) reject(error);
            else resolve(result.value);
          },
        });
        if (waiting.length === 1) defer(flush);
      }),
  };
}
