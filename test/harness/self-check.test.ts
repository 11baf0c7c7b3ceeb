import { describe, expect, test } from "vitest";
import { runHarness } from "./run-harness.ts";

const duplicate = ["--only", "delivery: duplicate line now: under another id"] as const;

describe("a harness sees a promise that is switched off", () => {
  test.each([
    ["journal", "crash-points", ["--count", "1"], /BREACH lost/u],
    ["dedupe", "faults", duplicate, /BREACH turn doubled/u],
    ["order", "faults", duplicate, /BREACH order/u],
    ["policy", "faults", duplicate, /BREACH stranger/u],
    ["pacing", "soak", ["--host", "fake", "--minutes", "0.1"], /BREACH pacing/u],
  ] as const)("%s, by %s", { timeout: 900_000 }, async (name, program, args, breach) => {
    const { code, output } = await runHarness(program, ...args, "--break", name);
    expect(output).toMatch(breach);
    expect(code).toBe(1);
  });
});
