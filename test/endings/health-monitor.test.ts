import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { judgeHealth, type Snapshot } from "./health-monitor.ts";

type Evaluate = (
  snapshot: Snapshot,
  policy: { now: number; channelId: string; channelConnectGraceMs: number; staleEventThresholdMs: number },
) => { healthy: boolean; reason: string };

/** The host's own function: in a file of its package that it exports to nobody, under a name that changes with each build. */
async function hostsOwn(): Promise<Evaluate> {
  const entry = createRequire(import.meta.url).resolve("openclaw/plugin-sdk/channel-core");
  const dist = path.dirname(path.dirname(entry));
  const file = readdirSync(dist).find((name) => /^channel-health-policy-.*\.mjs$/u.test(name));
  if (file === undefined) throw new Error("The host keeps its health policy elsewhere now.");
  const loaded = (await import(pathToFileURL(path.join(dist, file)).href)) as Record<string, unknown>;
  const found = Object.values(loaded).find(
    (value) => typeof value === "function" && value.name === "evaluateChannelHealth",
  );
  return found as Evaluate;
}

const now = Date.UTC(2026, 10, 22, 12);
const moment = fc.constantFrom(0, 1, 60, 119, 120, 121, 600, 1799, 1800, 1801, 7200, -60).map((s) => now - s * 1000);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const snapshots: fc.Arbitrary<Snapshot> = fc.record({
  accountId: fc.constant("default"),
  enabled: optional(fc.boolean()),
  configured: optional(fc.boolean()),
  linked: optional(fc.boolean()),
  running: fc.boolean(),
  connected: optional(fc.boolean()),
  terminalDisconnect: optional(fc.boolean()),
  lifecycle: optional(fc.constantFrom("starting", "ready", "recovering", "blocked", "stopped")),
  lastStartAt: fc.oneof(fc.constant(null), moment),
  lastDisconnect: fc.oneof(
    fc.constant(null),
    moment.map((at) => ({ at, error: "kicked" })),
  ),
  lastTransportActivityAt: fc.oneof(fc.constant(null), moment),
}) as fc.Arbitrary<Snapshot>;

test("the double judges every snapshot as the host's health monitor does", async () => {
  const evaluate = await hostsOwn();
  const policy = { now, channelId: "zalouser", channelConnectGraceMs: 120_000, staleEventThresholdMs: 1_800_000 };
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      expect(judgeHealth(snapshot, now)).toEqual(evaluate(snapshot, policy));
    }),
    { numRuns: 5_000 },
  );
});
