import type { CommandSpec, Grammar } from "./cli/spec.ts";
import type { Output } from "./cli/output.ts";
import type { OptionValues } from "./cli/scan.ts";
import type { Strikes } from "./faults/strikes.ts";
import type { OwnDisk } from "./own-disk.ts";
import type { Signals } from "./signals.ts";
import type { Sink } from "./sink.ts";
import type { ControlSettings } from "./world/control-file.ts";
import type { JournaledCall } from "./world/journal.ts";
import type { Layout } from "./world/layout.ts";

/** Everything one run of the program works with. */
export interface Call {
  readonly layout: Layout;
  readonly control: ControlSettings;
  readonly grammar: Grammar;
  readonly command: CommandSpec;
  readonly args: readonly string[];
  readonly options: OptionValues;
  readonly profile: string;
  readonly env: NodeJS.ProcessEnv;
  readonly out: Output;
  readonly sink: Sink;
  /** What the program writes goes through here, so that a disk can be full. */
  readonly disk: OwnDisk;
  readonly journal: JournaledCall;
  readonly strikes: Strikes;
  readonly signals: Signals;
}

export function flag(call: Call, name: string): boolean {
  return call.options.has(name);
}

export function value(call: Call, name: string): string | undefined {
  const found = call.options.get(name);
  return typeof found === "string" ? found : undefined;
}

export function values(call: Call, name: string): string[] {
  const found = call.options.get(name);
  return Array.isArray(found) ? found : [];
}

export function argument(call: Call, index: number): string {
  return call.args[index] ?? "";
}

/** Booleans of the environment: 1/true/yes/on and 0/false/no/off, anything else is the default (contract 2). */
export function switchOf(env: NodeJS.ProcessEnv, name: string, fallback: boolean): boolean {
  const word = env[name]?.trim().toLowerCase() ?? "";
  if (["1", "true", "yes", "on"].includes(word)) return true;
  return ["0", "false", "no", "off"].includes(word) ? false : fallback;
}

/** A non-negative whole number of the environment or the default. */
export function numberOf(text: string | undefined, fallback: number): number {
  return text !== undefined && /^\d+$/u.test(text.trim()) ? Number(text) : fallback;
}
