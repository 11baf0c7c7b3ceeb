import { expect } from "vitest";
import { installEnvironment, writeNpmConfig } from "../../gateway/rig/environment.ts";
import { startProgram, type RunningProgram } from "../../gateway/rig/program.ts";
import type { Stage } from "../../gateway/rig/stage.ts";

/** A shell of a person who has OpenClaw and `zca` on PATH and the registry within reach. */
export interface Shell {
  /** Types a line that must succeed; returns what it printed. */
  type(line: string): Promise<string>;
  /** Types a line and goes on while it runs. */
  start(line: string, options?: { readonly pty?: boolean }): RunningProgram;
}

export async function openShell({ host, registry }: Stage, folder: string): Promise<Shell> {
  await writeNpmConfig(host.folders.home, { scopeRegistry: registry.url });
  const start: Shell["start"] = (line, { pty = false } = {}) =>
    startProgram("bash", ["-c", line], {
      cwd: folder,
      env: { ...host.env, ...installEnvironment() },
      timeoutMs: 600_000,
      pty,
    });
  return {
    start,
    async type(line) {
      const { code, stdout, stderr } = await start(line).exited;
      expect(code, `${line}\n${stdout}\n${stderr}`).toBe(0);
      return `${stdout}\n${stderr}`;
    },
  };
}
