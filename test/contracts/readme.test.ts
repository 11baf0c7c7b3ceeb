import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import manifest from "../../openclaw.plugin.json" with { type: "json" };
import { errorRemedies } from "../../src/errors.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const errors = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
const { properties } = manifest.channelConfigs.zalouser.schema;

test("docs/errors.md lists every error code with what mends it", () => {
  const login = "`openclaw channels login --channel zalouser`";
  const missing = Object.entries(errorRemedies)
    .map(([code, remedy]) => `| \`${code}\` | ${remedy.replaceAll("{login}", login).replaceAll("{account}", "")} |`)
    .filter((row) => !errors.includes(row));
  expect(missing).toEqual([]);
});

test("docs/errors.md lists no error code that does not exist", () => {
  const listed = [...errors.matchAll(/^\| `([A-Z]+(?:_[A-Z]+)+)` \|/gmu)].map(([, code]) => code ?? "");
  expect(listed).not.toEqual([]);
  expect(listed.filter((code) => !Object.hasOwn(errorRemedies, code))).toEqual([]);
});

test("the README has a row for every config key", () => {
  const heads = rows().map(([head]) => head);
  const missing = Object.keys(properties).filter(
    (key) => !heads.some((head) => head.includes(`\`${key}\``) || head.includes(`\`${key}.`)),
  );
  expect(missing).toEqual([]);
});

test("the README has a row for every key of rateLimit, catchUp and markdown", () => {
  const keys = (["rateLimit", "catchUp", "markdown"] as const).flatMap((parent) =>
    Object.keys(properties[parent].properties).map((key) => `\`${parent}.${key}\``),
  );
  expect(keys.filter((key) => !rows().some(([head]) => head.includes(key)))).toEqual([]);
});

test("the README names every key of a group", () => {
  const told = rows()
    .filter(([head]) => head.includes("`groups."))
    .map(([head, ...cells]) => `${head} ${cells.join(" ")}`)
    .join("\n");
  const missing = Object.keys(properties.groups.additionalProperties.properties).filter(
    (key) => !told.includes(`\`${key}\``) && !told.includes(`.${key}\``),
  );
  expect(missing).toEqual([]);
});

test("the two commands come before everything else", () => {
  const firstHeading = readme.indexOf("\n## ");
  for (const command of ["npm run demo", "npm test"]) {
    expect(readme).toContain(command);
    expect(readme.indexOf(command)).toBeLessThan(firstHeading);
  }
});

/** Cells of the rows whose first cell begins with code. */
function rows(): [head: string, ...cells: string[]][] {
  return readme
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => {
      const [head = "", ...cells] = line.split("|").slice(1);
      return [head, ...cells];
    });
}
