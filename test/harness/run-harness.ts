import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a harness as `npm run` does, on the plugin as it was built last. */
export function runHarness(program: "crash-points" | "faults" | "soak", ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [`${folder}${program}.ts`, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
