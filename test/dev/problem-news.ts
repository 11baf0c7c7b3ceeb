import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** What stands in the way of the plugin, from now on: warnings and errors of the gateway's log file that are about it. */
export function problemNews(file: string): () => readonly string[] {
  const rest = createTail(file);
  rest();
  return () => rest().flatMap((line) => problemIn(line) ?? []);
}

/** Whole lines that were added to a file since the last look. */
function createTail(file: string): () => string[] {
  let offset = 0;
  let partial = Buffer.alloc(0);
  return () => {
    const added = readFrom(file, offset);
    offset += added.length;
    const bytes = Buffer.concat([partial, added]);
    const end = bytes.lastIndexOf("\n") + 1;
    partial = bytes.subarray(end);
    return bytes.subarray(0, end).toString("utf8").split("\n");
  };
}

function readFrom(file: string, offset: number): Buffer {
  let handle: number;
  try {
    handle = openSync(file, "r");
  } catch {
    return Buffer.alloc(0); // The gateway has not written yet.
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(handle).size - offset));
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(handle);
  }
}

/** The sentence of a line of OpenClaw's log file; undefined for what is no problem, or not about this plugin. */
function problemIn(line: string): string | undefined {
  const { "0": first = "", "1": second, "2": third, _meta: meta } = parsed(line);
  if (!["WARN", "ERROR", "FATAL"].includes(meta?.logLevelName ?? "")) return undefined;
  const source = /^\{"subsystem":"([^"]+)"/u.exec(String(first))?.[1];
  const said = [second, third].filter((part) => typeof part === "string").join(" ");
  if (source === undefined || !`${source} ${said}`.includes("zalouser")) return undefined;
  return said;
}

interface LogLine {
  readonly "0"?: unknown;
  readonly "1"?: unknown;
  readonly "2"?: unknown;
  readonly _meta?: { readonly logLevelName?: string };
}

function parsed(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return {};
  }
}
