import { expect, test } from "vitest";
import official from "official-zalouser/openclaw.plugin.json" with { type: "json" };
import ours from "../../openclaw.plugin.json" with { type: "json" };

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly type?: string | readonly string[];
}

test("every key and value the official plugin accepts is accepted here too", () => {
  const missing = missingIn(
    ours.channelConfigs.zalouser.schema,
    official.channelConfigs.zalouser.schema,
    "channels.zalouser",
  );
  expect(missing).toEqual([]);
});

test("a config that leaves out groupPolicy is accepted, for accounts as well", () => {
  const { schema } = ours.channelConfigs.zalouser;
  expect("required" in schema).toBe(false);
  expect("required" in schema.properties.accounts.additionalProperties).toBe(false);
});

test("keys nobody knows are refused on every level", () => {
  const { schema } = ours.channelConfigs.zalouser;
  expect(schema.additionalProperties).toBe(false);
  expect(schema.properties.groups.additionalProperties.additionalProperties).toBe(false);
  expect(schema.properties.accounts.additionalProperties.additionalProperties).toBe(false);
});

function missingIn(mine: Schema, theirs: Schema, path: string): string[] {
  const values = (theirs.enum ?? []).filter((value) => !mine.enum?.includes(value)).map((value) => `${path}=${value}`);
  const types = [mine.type ?? [], ...(mine.anyOf ?? []).map(({ type }) => type ?? [])].flat();
  const alternatives = (theirs.anyOf ?? []).filter(({ type }) => !types.includes(String(type)));
  const keys = Object.entries(theirs.properties ?? {}).flatMap(([key, child]) => {
    const own = mine.properties?.[key];
    return own === undefined ? [`${path}.${key}`] : missingIn(own, child, `${path}.${key}`);
  });
  const rest = typeof theirs.additionalProperties === "object" && typeof mine.additionalProperties === "object";
  return [
    ...values,
    ...alternatives.map(({ type }) => `${path}: ${String(type)}`),
    ...keys,
    ...(rest ? missingIn(mine.additionalProperties, theirs.additionalProperties, `${path}.*`) : []),
    ...(theirs.items && mine.items ? missingIn(mine.items, theirs.items, `${path}[]`) : []),
  ];
}
