import { expect, test } from "vitest";
import { growthOf, linearGrowth } from "./growth.ts";

test("quadratic work is told from linear work", () => {
  let sum = 0;
  const scan = (from: number, until: number) => {
    for (let at = from; at < until; at += 1) sum = (sum * 31 + at) | 0;
  };
  const quadratic = (chars: number) => {
    for (let at = 0; at < chars; at += 16) scan(0, at);
  };
  const linear = (chars: number) => scan(0, chars * 100);
  expect(growthOf(quadratic)).toBeGreaterThan(linearGrowth);
  expect(growthOf(linear)).toBeLessThan(linearGrowth);
  expect(sum).toBeTypeOf("number");
});
