import * as fc from "fast-check";
import { expect, test } from "vitest";
import { findMissed } from "../../src/policy/missed.ts";

const sinceMs = Date.UTC(2026, 10, 22, 8);
const minuteMs = 60_000;
const question = { sinceMs, firstMs: 0, asked: 50, fenceMs: 0, lastKnownMs: sinceMs - minuteMs };
const row = (name: string, atMs: number, more: { isOwn?: boolean; isOurs?: boolean; isKnown?: boolean } = {}) => ({
  name,
  atMs,
  isOwn: false,
  isOurs: false,
  isKnown: false,
  ...more,
});
const old = row("cũ", sinceMs - minuteMs, { isKnown: true });
const names = (found: ReturnType<typeof findMissed<ReturnType<typeof row>>>) => found.take.map((one) => one.row.name);

test("what nobody heard comes out oldest first; what is known or our own does not", () => {
  const rows = [
    row("ba", sinceMs + 3),
    row("của mình", sinceMs + 2, { isOwn: true, isOurs: true }),
    row("đã nghe", sinceMs + 2, { isKnown: true }),
    row("hai", sinceMs + 1),
    old,
  ];
  const found = findMissed(rows, question);
  expect(names(found)).toEqual(["hai", "ba"]);
  expect(found).toMatchObject({ completeness: "complete", tooOld: 0 });
  expect(found.take.every(({ contextOnly }) => !contextOnly)).toBe(true);
});

test("the owner's newer word makes what stands before it context, our own answer does not", () => {
  const rows = [
    row("ba", sinceMs + 30),
    row("chủ nhà", sinceMs + 20, { isOwn: true }),
    row("hai", sinceMs + 10),
    row("máy", sinceMs + 40, { isOwn: true, isOurs: true }),
    old,
  ];
  expect(findMissed(rows, question).take.map((one) => [one.row.name, one.contextOnly])).toEqual([
    ["hai", true],
    ["ba", false],
  ]);
});

test("a clock that differs a little loses nothing, and nothing from before the first listening is taken", () => {
  const early = row("lệch giờ", sinceMs - 90_000);
  expect(names(findMissed([early, old], question))).toEqual(["lệch giờ"]);
  expect(names(findMissed([early, old], { ...question, firstMs: sinceMs - minuteMs }))).toEqual([]);
  expect(names(findMissed([row("lâu rồi", sinceMs - 3 * minuteMs), old], question))).toEqual([]);
});

test("messages beyond the age fence are counted and not taken", () => {
  const found = findMissed([row("mới", sinceMs + 20), row("cũ quá", sinceMs + 5), old], {
    ...question,
    fenceMs: sinceMs + 10,
  });
  expect(names(found)).toEqual(["mới"]);
  expect(found.tooOld).toBe(1);
});

test.each([
  ["an empty list proves nothing", [], "partial"],
  ["rows that do not reach back to the gap prove nothing", [row("hai", sinceMs + 5)], "partial"],
  [
    "a full list that does not reach back holds not all",
    Array.from({ length: 50 }, (_, n) => row("x", sinceMs + n + 1)),
    "cut",
  ],
  ["a row from before the gap closes it", [row("hai", sinceMs + 5), old], "complete"],
  ["a list that ends before what is known misses its newest rows", [row("xưa", sinceMs - 9 * minuteMs)], "partial"],
] as const)("%s", (_what, rows, completeness) => {
  expect(findMissed(rows, question).completeness).toBe(completeness);
});

test("nothing known is ever taken, nothing twice, and never out of order", () => {
  const rows = fc.array(
    fc.record({
      name: fc.string(),
      atMs: fc.integer({ min: sinceMs - 10 * minuteMs, max: sinceMs + 10 * minuteMs }),
      isOwn: fc.boolean(),
      isOurs: fc.boolean(),
      isKnown: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(rows, (list) => {
      const { take } = findMissed(list, question);
      expect(new Set(take.map((one) => one.row)).size).toBe(take.length);
      expect(take.some(({ row: one }) => one.isKnown || one.isOwn)).toBe(false);
      expect(take.map(({ row: one }) => one.atMs)).toEqual(
        take.map(({ row: one }) => one.atMs).toSorted((a, b) => a - b),
      );
      const missed = list.filter((one) => !one.isOwn && !one.isKnown && one.atMs > sinceMs);
      expect(missed.every((one) => take.some(({ row: taken }) => taken === one))).toBe(true);
    }),
  );
});
