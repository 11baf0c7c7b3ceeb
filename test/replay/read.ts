import { BadScenario, readScenario } from "../../sim/scenario/read.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { channelConfigSchema } from "../../src/config.ts";

/** A scenario whose config the plugin takes; throws `BadScenario` for any other: it would wait in vain for a listener. */
export function readPlayable(file: string): Scenario {
  const scenario = readScenario(file);
  const { error } = channelConfigSchema.safeParse(scenario.config ?? {});
  if (error === undefined) return scenario;
  const lines = error.issues.map(({ path, message }) => `${["config", ...path.map(String)].join(".")}: ${message}`);
  throw new BadScenario([`${file} has a config that the plugin refuses:`, ...lines].join("\n  "));
}
