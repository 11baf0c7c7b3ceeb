import { expect } from "vitest";
import type { CliOptions } from "../../gateway/rig/host.ts";
import type { Stage } from "../../gateway/rig/stage.ts";

/** Runs an `openclaw` command that must succeed, and returns what it printed. */
export async function run({ host }: Stage, args: readonly string[], options: CliOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await host.cli(args, options);
  expect(code, `openclaw ${args.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
  return `${stdout}\n${stderr}`;
}

/** `openclaw plugins …` with the registry within reach. */
export function plugins(stage: Stage, ...args: string[]): Promise<string> {
  return run(stage, ["plugins", ...args], { installs: true });
}

export interface InstalledPlugin {
  readonly status: string;
  readonly enabled: boolean;
  readonly version: string;
  readonly source: string;
}

/** Our id in `plugins list`; undefined when nobody has it. */
export async function listed({ host }: Stage): Promise<InstalledPlugin | undefined> {
  const { stdout } = await host.cli(["plugins", "list", "--json"]);
  const { plugins: all } = JSON.parse(stdout) as { plugins: (InstalledPlugin & { id: string })[] };
  return all.find(({ id }) => id === "zalouser");
}

/** Loaded under this version, by the list, by the inspection, and with no diagnostics. */
export async function expectLoaded(stage: Stage, version: string): Promise<void> {
  const { stdout } = await stage.host.cli(["plugins", "inspect", "zalouser", "--runtime", "--json"]);
  const { plugin, diagnostics } = JSON.parse(stdout);
  expect(plugin).toMatchObject({ status: "loaded", enabled: true, version, channelIds: ["zalouser"] });
  expect(plugin.dependencyStatus).toMatchObject({ requiredInstalled: true, missing: [] });
  expect(diagnostics).toEqual([]);
  expect(await listed(stage)).toMatchObject({ enabled: true, version });
}
