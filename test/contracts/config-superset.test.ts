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

test.each<[fault: string, mine: Schema, theirs: Schema, reported: string]>([
  ["a key", { properties: {} }, { properties: { a: {} } }, "x.a"],
  ["a value", { enum: ["a"] }, { enum: ["a", "b"] }, "x=b"],
  ["values, where anything is accepted there", { type: "string", enum: ["a"] }, { type: "string" }, "x=*"],
  ["a type", { type: "string" }, { anyOf: [{ type: "string" }, { type: "number" }] }, "x: number"],
  ["the type", { type: "integer" }, { type: "number" }, "x: number"],
  ["the entries of a list", { type: "array" }, { type: "array", items: { type: "string" } }, "x[]"],
  ["further keys", { additionalProperties: false }, { additionalProperties: { type: "string" } }, "x.*"],
  ["the shape of further keys", {}, { additionalProperties: { type: "string" } }, "x.*"],
  [
    "a key of further keys",
    { additionalProperties: { properties: {} } },
    { additionalProperties: { properties: { a: {} } } },
    "x.*.a",
  ],
])("the comparison reports %s that is missing", (_fault, mine, theirs, reported) => {
  expect(missingIn(mine, theirs, "x")).toEqual([reported]);
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

/** Paths of what `theirs` accepts and `mine` does not name. */
function missingIn(mine: Schema, theirs: Schema, path: string): string[] {
  const accepted = typesOf(mine);
  const types = typesOf(theirs).filter(
    (type) => accepted.length > 0 && !accepted.includes(type) && !(type === "integer" && accepted.includes("number")),
  );
  const keys = Object.entries(theirs.properties ?? {}).flatMap(([key, child]) => {
    const own = mine.properties?.[key];
    return own === undefined ? [`${path}.${key}`] : missingIn(own, child, `${path}.${key}`);
  });
  return [
    ...types.map((type) => `${path}: ${type}`),
    ...missingValues(mine.enum, theirs.enum).map((value) => `${path}=${value}`),
    ...keys,
    ...missingBelow(mine.additionalProperties, theirs.additionalProperties, `${path}.*`),
    ...missingBelow(mine.items, theirs.items, `${path}[]`),
  ];
}

function missingBelow(mine: Schema["additionalProperties"], theirs: Schema["additionalProperties"], path: string) {
  if (typeof theirs !== "object") return [];
  return typeof mine === "object" ? missingIn(mine, theirs, path) : [path];
}

function missingValues(mine: Schema["enum"], theirs: Schema["enum"]): readonly string[] {
  if (mine === undefined) return [];
  return theirs === undefined ? ["*"] : theirs.filter((value) => !mine.includes(value));
}

function typesOf({ type, anyOf }: Schema): string[] {
  return [type ?? [], ...(anyOf ?? []).map(typesOf)].flat();
}
