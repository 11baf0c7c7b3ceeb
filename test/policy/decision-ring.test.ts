import { expect, test } from "vitest";
import { createDecisionRing, type DecisionEntry } from "../../src/policy/index.ts";

test("a flood of one reason does not push out what is rare", () => {
  const ring = createDecisionRing(50);
  const entry = (atMs: number, reason: string): DecisionEntry => ({
    atMs,
    threadId: "1",
    senderId: "2",
    result: "drop",
    reason,
  });
  ring.add(entry(0, "allowed"));
  ring.add(entry(1, "loop_breaker"));
  for (let atMs = 2; atMs < 1000; atMs += 1) ring.add(entry(atMs, "pairing_full"));
  const kept = ring.entries();
  expect(kept).toHaveLength(50);
  expect(kept.slice(0, 2).map(({ reason }) => reason)).toEqual(["allowed", "loop_breaker"]);
  expect(kept.slice(2).map(({ atMs }) => atMs)).toEqual(Array.from({ length: 48 }, (_, index) => index + 952));
});
