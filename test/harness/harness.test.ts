import { describe, test } from "vitest";
import { runHarness } from "./run-harness.ts";

const someFaults = [
  "exit: code 0 with nothing: sent (msg send)",
  "exit: 137 (listen)",
  "stdout damage: two records on one line (listen)",
  "delivery: out of order",
  "session: flapping auth (auth status)",
  "lock: stale (listen)",
];

// Side by side: each waits far longer than it computes.
describe.concurrent("the harnesses in short", { timeout: 900_000 }, () => {
  test("a minute of chaos on the fake host leaves nothing lost, doubled, out of order or behind", async ({
    expect,
  }) => {
    const { code, output } = await runHarness("soak", "--host", "fake", "--minutes", "1");
    expect(code, output).toBe(0);
    expect(output).toMatch(/^0 breaches/mu);
  });

  test("a host killed at six moments answers everything once", async ({ expect }) => {
    const { code, output } = await runHarness("crash-points", "--count", "6");
    expect(code, output).toBe(0);
    expect(output).toMatch(/6 crash points, seed 1: 0 breaches/u);
  });

  test("faults of several kinds lose nothing, double nothing, and are told where they matter", async ({ expect }) => {
    const { code, output } = await runHarness("faults", "--only", someFaults.join("|"));
    expect(code, output).toBe(0);
    expect(output).toMatch(/^6 faults: 0 lost, 0 doubled, 0 rows with a breach/mu);
  });
});
