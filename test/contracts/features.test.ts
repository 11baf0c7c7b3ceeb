import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { zcaLimits } from "../../src/channel/limits.ts";
import { configKeys } from "./config-keys.ts";

const page = readFileSync(new URL("../../docs/features.md", import.meta.url), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| Feature"))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, feature = "", key = "", needs = "", since = ""]) => ({ feature, key, needs, since }));

/** What needs no row: parts of something that has one. */
const parts = /^(?:groups\.<id>\.tools\.|markdown$|catchUp$|rateLimit$)/u;

describe("docs/features.md", () => {
  const told = rows.flatMap(({ key }) => [...key.matchAll(/`([^`]+)`(?! \(host\))/gu)].map(([, name = ""]) => name));

  test("has every config key in some row", () => {
    expect([...configKeys].filter((key) => !parts.test(key) && !told.includes(key))).toEqual([]);
  });

  test("names no config key that does not exist", () => {
    const settings = told.filter((name) => /^[a-z][\w.<>]*$/iu.test(name));
    expect(settings.filter((name) => !configKeys.has(name))).toEqual([]);
  });

  test("says of every feature what it needs and since when", () => {
    expect(rows.filter(({ needs, since }) => needs === "" || since === "")).toEqual([]);
    const limits = rows.filter(({ needs }) => needs === "no zca can do it").map(({ feature }) => feature);
    expect(limits).toEqual(zcaLimits);
    expect(rows.filter(({ since }) => since === "–")).toHaveLength(limits.length);
  });
});
