import { execFile } from "node:child_process";
import { promisify } from "node:util";

const runFile = promisify(execFile);

/** What git and the registry know of earlier releases. */
export interface Repository {
  /** Changed and unknown files, as `git status --short` lists them. */
  changes(): Promise<string[]>;
  tags(): Promise<string[]>;
  /** Versions of a package in the registry; a sentence when it cannot be asked. */
  published(name: string): Promise<readonly string[] | string>;
}

export function openRepository(folder: string): Repository {
  const run = async (program: string, ...args: readonly string[]) =>
    (await runFile(program, [...args], { cwd: folder, maxBuffer: 16 * 1024 * 1024, timeout: 60_000 })).stdout;
  const linesOf = (output: string) => output.split("\n").filter((line) => line !== "");
  return {
    changes: async () => linesOf(await run("git", "-c", "core.quotePath=false", "status", "--short")),
    tags: async () => linesOf(await run("git", "tag", "--list")),
    async published(name) {
      try {
        // Who sits at the terminal asks again sooner than npm would.
        const patience = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=20000"];
        const versions: unknown = JSON.parse(await run("npm", "view", name, "versions", "--json", ...patience));
        return [versions].flat().map(String);
      } catch (error) {
        // Never published: there is an answer, and it is "none".
        const said = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
        if (said.includes("E404")) return [];
        const reason = /"summary": "([^"]*)"/u.exec(said)?.[1] ?? String(error).split("\n")[0];
        return `The registry could not be asked for the versions of ${name} (${reason}). Try again when it can be reached.`;
      }
    },
  };
}
