import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { writeOutput } from "./output.ts";
import type { Reading } from "./reader.ts";

/** Reads `totalMb` of listener output in a process of its own, one line of `endlessMb` without a newline among it. */
export async function measureReading(mode: "bare" | "plugin", totalMb: number, endlessMb: number): Promise<Reading> {
  const reader = fileURLToPath(new URL("reader.ts", import.meta.url));
  const child = spawn(process.execPath, ["--expose-gc", reader, mode], { stdio: ["pipe", "pipe", "inherit"] });
  // A reader that dies says why on stderr; the broken pipe would only hide it.
  child.stdin.on("error", () => {});
  const [answer] = await Promise.all([text(child.stdout), writeOutput(child.stdin, totalMb, endlessMb)]);
  return JSON.parse(answer) as Reading;
}
