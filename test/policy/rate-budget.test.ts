import { expect, test } from "vitest";
import * as fc from "fast-check";
import { createRateBudget } from "../../src/policy/rate-budget.ts";

test("no window of its length ever holds more than the limit, and what is free can be taken", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 4000 }), { maxLength: 100 }), (pauses) => {
      const budget = createRateBudget({ limit: 5, windowMs: 10_000 });
      const taken: number[] = [];
      let nowMs = 1;
      for (const pauseMs of pauses) {
        nowMs += pauseMs;
        const free = taken.filter((atMs) => nowMs - atMs < 10_000).length < 5;
        expect(budget.take(nowMs)).toBe(free);
        if (free) taken.push(nowMs);
      }
    }),
  );
});
