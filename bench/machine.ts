import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";

/** What the numbers of a run depend on besides the code. */
export function describeMachine() {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    os: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    host: versionIn("../node_modules/openclaw/package.json"),
    officialPlugin: versionIn("../node_modules/official-zalouser/package.json"),
    commit: commit(),
    /** Over 1, 5 and 15 minutes, before the first row: anything near the number of cores means a busy machine. */
    loadAtStart: os.loadavg(),
  };
}

function versionIn(manifest: string): string {
  const { version } = JSON.parse(readFileSync(new URL(manifest, import.meta.url), "utf8")) as { version: string };
  return version;
}

/** The commit measured, marked when the tree differs from it. */
function commit(): string {
  try {
    const options = { cwd: import.meta.dirname, encoding: "utf8" } as const;
    return execFileSync("git", ["describe", "--always", "--dirty", "--abbrev=12"], options).trim();
  } catch {
    return "unknown";
  }
}
