import { describe, expect, test } from "vitest";
import { parseOptions } from "../../bench/options.ts";
import { measurePairs, pairwise } from "../../bench/pairs.ts";
import { causeOf, exitCodeOf, tableEntry } from "../../bench/report.ts";
import { judge, type Measurement } from "../../bench/row.ts";
import { median, percentile, spread } from "../../bench/statistics.ts";

const slow: Measurement = {
  name: "đọc dòng",
  unit: "ms",
  samples: [30, 20, 40],
  baseline: { name: "vòng lặp trần", samples: [10, 10, 10] },
  bar: { of: "ratio", at: "most", limit: 2 },
};

describe("statistics", () => {
  test("the median of an even number of samples lies between the two in the middle", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(percentile([1, 2, 3, 4, 5], 1)).toBe(5);
    expect(spread([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])).toEqual([10, 90]);
  });

  test("no samples are an error, not a zero", () => {
    expect(() => median([])).toThrow("no samples");
  });
});

describe("pairs", () => {
  test("both are measured equally often, in changing order, and the warm-up does not count", async () => {
    const order: string[] = [];
    const note = (name: string) => () => order.push(name);
    const pairs = await measurePairs(2, 1, note("a"), note("b"));
    expect(order.join("")).toBe("baabba");
    expect(pairs.ours).toHaveLength(2);
    expect(pairs.theirs).toHaveLength(2);
  });

  test("a machine that becomes slower does not change the ratio", () => {
    const pairs = { ours: [2, 20, 200], theirs: [1, 10, 100] };
    expect(pairwise(pairs, (ours, theirs) => ours / theirs)).toEqual([2, 2, 2]);
    expect(() => pairwise({ ours: [1], theirs: [] }, Math.max)).toThrow("1 samples stand beside 0");
  });
});

describe("a bar", () => {
  test("that is missed is shown as missed and fails the run", () => {
    const judged = judge(slow);
    expect(judged).toMatchObject({ median: 30, baselineMedian: 10, compared: 3, met: false });
    expect(tableEntry(judged)).toContain("MISSED: 3 x (bar <= 2 x)");
    expect(exitCodeOf([judged], [])).toBe(1);
    expect(causeOf(judged)).toEqual([]);
    expect(causeOf({ ...judged, cause: "The disk." })).toEqual(["    The disk."]);
    expect(causeOf({ ...judged, met: true, cause: "The disk." })).toEqual([]);
  });

  test.each([
    ["ratio", "most", 3, true],
    ["ratio", "least", 3.1, false],
    ["difference", "most", 20, true],
    ["difference", "most", 19, false],
    ["value", "least", 30, true],
    ["value", "most", 29, false],
  ] as const)("of the %s, at %s %d: met is %s", (of, at, limit, met) => {
    expect(judge({ ...slow, bar: { of, at, limit } }).met).toBe(met);
  });

  test("against a baseline that was not measured is an error", () => {
    const { baseline: _baseline, ...alone } = slow;
    expect(() => judge(alone)).toThrow("brought none");
  });

  test("that is met passes the run, unless a row broke", () => {
    const met = judge({ ...slow, bar: { of: "ratio", at: "most", limit: 5 } });
    expect(exitCodeOf([met], [])).toBe(0);
    expect(exitCodeOf([met], ["broken"])).toBe(1);
  });
});

describe("options", () => {
  test("a name is searched without regard to case; a misspelt option is refused", () => {
    expect(parseOptions(["--quick", "--only", "INBOUND"])).toMatchObject({ quick: true, only: /INBOUND/iu });
    expect(() => parseOptions(["--quik"])).toThrow("--quik");
  });
});
