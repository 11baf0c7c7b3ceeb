import { legacy, openzca } from "../cli/grammar.ts";
import type { Grammar } from "../cli/spec.ts";
import type { ControlSettings } from "../world/control-file.ts";
import type { Strikes } from "./strikes.ts";

/** The settings a call sees when a fault gives it another face. */
export function disguised(control: ControlSettings, strikes: Strikes): ControlSettings {
  const swapped = strikes.take("start", ({ mode }) => mode === "other-personality") !== undefined;
  const other = control.personality === "openzca" ? ("legacy" as const) : ("openzca" as const);
  const version = strikes.take("start", ({ mode }) => mode === "other-version")?.version;
  if (!swapped && version === undefined) return control;
  return {
    ...control,
    personality: swapped ? other : control.personality,
    ...(version === undefined ? {} : { version }),
  };
}

/** The commands of the program these settings describe; options an older openzca did not have are unknown to it. */
export function grammarOf({ personality, version }: ControlSettings): Grammar {
  if (personality === "legacy") return legacy;
  if (version === undefined) return openzca;
  const commands = openzca.commands.map((command) => ({
    ...command,
    options: command.options.filter(({ since }) => since === undefined || !isOlder(version, since)),
  }));
  return { ...openzca, commands };
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}

/** What a program answers that merely shares the name. */
export function answerAsStranger(args: readonly string[]): number {
  if (args.includes("--version")) process.stdout.write("zca: zone cache administrator, release 7\n");
  else process.stderr.write(`zca: no such zone: ${args[0] ?? ""}\nusage: zca [-f] zone ...\n`);
  return args.includes("--version") ? 0 : 64;
}
