import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { zcaPath } from "../../sim/control.ts";

const program = fileURLToPath(new URL("doomed.ts", import.meta.url));

/** Runs `doomed.ts` until it has said `word`, for a test to kill. */
export async function doomed(word: string, ...task: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, zcaPath, ...task], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === word) return child;
  }
  throw new Error(`It ended without saying "${word}".`);
}

/** As the kernel or an operator in a hurry would: no handler runs, nothing is cleaned up. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
