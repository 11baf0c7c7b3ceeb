import { execFile } from "node:child_process";
import { promisify } from "node:util";

const runFile = promisify(execFile);

/** What git and the registry know of earlier releases. */
export interface Repository {
  /** Changed and unknown files, as `git status --short` lists them. */
  changes(): Promise<string[]>;
  tags(): Promise<string[]>;
  /** Versions of a package in the registry; undefined when it cannot be asked. */
  published(name: string): Promise<string[] | undefined>;
}

export function openRepository(folder: string): Repository {
  const run = async (program: string, ...args: readonly string[]) =>
    (await runFile(program, [...args], { cwd: folder, maxBuffer: 16 * 1024 * 1024, timeout: 60_000 })).stdout;
  const linesOf = (output: string) => output.split("\n").filter((line) => line !== "");
  return {
    changes: async () => linesOf(await run("git", "status", "--short")),
    tags: async () => linesOf(await run("git", "tag", "--list")),
    async published(name) {
      try {
        const versions: unknown = JSON.parse(await run("npm", "view", name, "versions", "--json"));
        return [versions].flat().map(String);
      } catch (error) {
        // Never published: there is an answer, and it is "none".
        const said = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
        return said.includes("E404") ? [] : undefined;
      }
    },
  };
}
