import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync } from "node:fs";

/** An append-only file of JSON records; each append is on disk when it returns, as the host's own state is. */
export interface RecordFile<T> {
  append(record: T): void;
  /** Oldest first. A record cut by a crash was never written. */
  read(): T[];
}

export function openRecordFile<T>(file: string): RecordFile<T> {
  return {
    append(record) {
      const handle = openSync(file, "a", 0o600);
      try {
        appendFileSync(handle, `${JSON.stringify(record)}\n`);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    },
    read: () => readRecords<T>(file),
  };
}

export function readRecords<T>(file: string): T[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
