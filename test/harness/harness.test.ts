import { expect, test } from "vitest";
import { runHarness } from "./run-harness.ts";

const patience = { timeout: 900_000 };

test("a minute of chaos on the fake host leaves nothing lost, doubled, out of order or behind", patience, async () => {
  const { code, output } = await runHarness("soak", "--host", "fake", "--minutes", "1");
  expect(code, output).toBe(0);
  expect(output).toMatch(/^0 breaches/mu);
});

test("a host killed at ten moments answers everything once", patience, async () => {
  const { code, output } = await runHarness("crash-points", "--count", "10");
  expect(code, output).toBe(0);
  expect(output).toMatch(/10 crash points, seed 1: 0 breaches/u);
});

test("lines that come twice, late or damaged do no harm", patience, async () => {
  const { code, output } = await runHarness("faults", "--only", "delivery:");
  expect(code, output).toBe(0);
  expect(output).toMatch(/\d\d faults: 0 lost, 0 doubled, 0 rows with a breach/u);
});
