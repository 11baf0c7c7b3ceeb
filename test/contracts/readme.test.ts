import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { channelConfigSchema } from "../../src/config.ts";
import { errorRemedies } from "../../src/errors.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

test("the README lists every error code with what mends it", () => {
  const login = "`openclaw channels login --channel zalouser`";
  const missing = Object.entries(errorRemedies)
    .map(([code, remedy]) => `| \`${code}\` | ${remedy.replaceAll("{login}", login)} |`)
    .filter((row) => !readme.includes(row));
  expect(missing).toEqual([]);
});

test("the README has a row for every config key", () => {
  const cells = readme.split("\n").filter((line) => line.startsWith("| `"));
  const missing = Object.keys(channelConfigSchema.shape).filter(
    (key) => !cells.some((line) => new RegExp(`\`${key}[\`.]`, "u").test(line.split("|")[1] ?? "")),
  );
  expect(missing).toEqual([]);
});

test("the two commands come before everything else", () => {
  expect(readme.indexOf("npm run demo")).toBeLessThan(readme.indexOf("## "));
  expect(readme.indexOf("npm test")).toBeLessThan(readme.indexOf("## "));
});
