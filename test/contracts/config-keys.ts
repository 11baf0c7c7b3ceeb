import manifest from "../../openclaw.plugin.json" with { type: "json" };

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

const schema: Schema = manifest.channelConfigs.zalouser.schema;

/** Every key below `channels.zalouser` as pages write it; the accounts' keys are the root's once more. */
export const configKeys: ReadonlySet<string> = new Set(keysOf(schema));

function keysOf({ properties = {}, additionalProperties }: Schema, path = ""): string[] {
  const own = Object.entries(properties).flatMap(([name, child]) =>
    path === "" && name === "accounts" ? ["accounts"] : [`${path}${name}`, ...keysOf(child, `${path}${name}.`)],
  );
  const named = typeof additionalProperties === "object" ? keysOf(additionalProperties, `${path}<id>.`) : [];
  return [...own, ...named];
}

/** Whether a path below `channels.zalouser`, with whatever stands for an account or a group, is a key of the config. */
export function isConfigPath(path: string): boolean {
  const [first, name, ...rest] = path.split(".");
  if (first === "accounts") return name === undefined || rest.length === 0 || isConfigPath(rest.join("."));
  const isGroup = first === "groups" && name !== undefined;
  if (isGroup && rest.length === 0) return true;
  return configKeys.has(isGroup ? ["groups", "<id>", ...rest].join(".") : path);
}
