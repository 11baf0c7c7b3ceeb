import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { brokenDist } from "./breaks.ts";

let dist = "";

beforeEach(() => {
  dist = mkdtempSync(path.join(tmpdir(), "zalouser-dist-"));
  mkdirSync(path.join(dist, "zca"));
  writeFileSync(path.join(dist, "zca", "pacing.js"), "const gap = 500;\nconst rest = 500;\n");
});

afterEach(() => rmSync(dist, { recursive: true, force: true }));

test("a break changes a copy and leaves the built plugin as it was", () => {
  const broken = brokenDist([{ file: "zca/pacing.js", find: "gap = 500", replace: "gap = 0" }], dist);
  expect(readFileSync(path.join(broken.dist, "zca", "pacing.js"), "utf8")).toContain("gap = 0");
  expect(readFileSync(path.join(dist, "zca", "pacing.js"), "utf8")).toContain("gap = 500");
  broken.dispose();
  expect(() => readFileSync(path.join(broken.dist, "zca", "pacing.js"))).toThrowError("ENOENT");
});

test.each(["gap = 1000", "500"])("a break whose place %j does not stand exactly once says so", (find) => {
  expect(() => brokenDist([{ file: "zca/pacing.js", find, replace: "" }], dist)).toThrowError(
    /a break needs exactly one/u,
  );
});
