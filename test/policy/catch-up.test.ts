import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  catchUpLimits,
  noCoverage,
  outstanding,
  planCatchUp,
  retired,
  withCall,
  withCovered,
  withGap,
  withGapEnded,
  type Candidate,
  type Coverage,
} from "../../src/policy/catch-up.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const startMs = Date.UTC(2026, 10, 22, 8);
const rules = { maxConversations: 10, maxAgeMs: 12 * hourMs };
const lanes = (found: readonly { lane: string }[]) => found.map(({ lane }) => lane);
const gap = (fromMs: number, toMs?: number): Coverage => ({ ...noCoverage, gaps: [{ fromMs, toMs }] });

describe("a gap", () => {
  test("of an hour concerns every conversation, the last heard of first", () => {
    const people = [
      { lane: "user:1", lastAtMs: startMs - 9 * dayMs },
      { lane: "user:2", lastAtMs: startMs - minuteMs },
    ];
    const found = outstanding(gap(startMs, startMs + hourMs), people, startMs + hourMs, rules);
    expect(found).toEqual([
      { lane: "user:2", lastAtMs: startMs - minuteMs, sinceMs: startMs, toMs: startMs + hourMs, isDue: true },
      { lane: "user:1", lastAtMs: startMs - 9 * dayMs, sinceMs: startMs, toMs: startMs + hourMs, isDue: true },
    ]);
  });

  test("of a few seconds concerns only conversations that were alive around it", () => {
    const people = [
      { lane: "user:asleep", lastAtMs: startMs - 11 * minuteMs },
      { lane: "user:awake", lastAtMs: startMs - 9 * minuteMs },
      { lane: "user:later", lastAtMs: startMs + 20 * minuteMs },
    ];
    const found = outstanding(gap(startMs, startMs + 5_000), people, startMs + 30 * minuteMs, rules);
    expect(lanes(found)).toEqual(["user:later", "user:awake"]);
  });

  test("of a gateway that was killed and is back after half a minute concerns those who slept, too", () => {
    const people = [{ lane: "user:asleep", lastAtMs: startMs - 9 * dayMs }];
    const found = outstanding(gap(startMs, startMs + 35_000), people, startMs + minuteMs, rules);
    expect(lanes(found)).toEqual(["user:asleep"]);
  });

  test("is closed for a conversation by reading it after its end, and for no other", () => {
    const people = [
      { lane: "user:1", lastAtMs: startMs },
      { lane: "constructor", lastAtMs: startMs },
    ];
    const coverage = withCovered(gap(startMs, startMs + hourMs), "user:1", startMs + hourMs);
    expect(lanes(outstanding(coverage, people, startMs + hourMs, rules))).toEqual(["constructor"]);
  });

  test("that goes on after the reading stays open for the moments in between", () => {
    const people = [{ lane: "user:1", lastAtMs: startMs }];
    const read = withCovered(gap(startMs), "user:1", startMs + hourMs);
    const ended = withGapEnded(read, startMs + hourMs + 4_000);
    expect(outstanding(ended, [{ lane: "user:1", lastAtMs: startMs + hourMs }], startMs + 2 * hourMs, rules)).toEqual([
      {
        lane: "user:1",
        lastAtMs: startMs + hourMs,
        sinceMs: startMs + hourMs,
        toMs: startMs + hourMs + 4_000,
        isDue: false,
      },
    ]);
    expect(outstanding(ended, people, startMs + 2 * hourMs, rules)).toEqual([]);
  });

  test("only grows while nobody listens, and two of them stay two", () => {
    const twice = withGap(withGap(noCoverage, { fromMs: startMs }), { fromMs: startMs - 1_000 });
    expect(withGap(twice, { fromMs: startMs + 5_000 }).gaps).toEqual([{ fromMs: startMs - 1_000 }]);
    const next = withGap(withGapEnded(twice, startMs + 9_000), { fromMs: startMs + hourMs });
    expect(next.gaps).toEqual([{ fromMs: startMs - 1_000, toMs: startMs + 9_000 }, { fromMs: startMs + hourMs }]);
  });

  test("beyond the age fence is given up and counted", () => {
    const people = [
      { lane: "user:1", lastAtMs: startMs },
      { lane: "user:2", lastAtMs: startMs },
    ];
    const coverage = withCovered(gap(startMs, startMs + hourMs), "user:1", startMs + hourMs);
    expect(retired(coverage, people, startMs + 12 * hourMs, rules)).toEqual({ coverage, givenUp: [] });
    expect(retired(coverage, people, startMs + 13 * hourMs, rules)).toEqual({
      coverage: noCoverage,
      givenUp: [expect.objectContaining({ lane: "user:2" })],
    });
  });
});

describe("a run", () => {
  const people = Array.from({ length: 30 }, (_, index) => ({ lane: `user:${index}`, lastAtMs: startMs }));
  const missing = (coverage: Coverage, nowMs: number) => outstanding(coverage, people, nowMs, rules);

  test("keeps 10 minutes' distance to the one before it and says when its turn comes", () => {
    const coverage = withCall(gap(startMs, startMs + hourMs), startMs + hourMs);
    const nowMs = startMs + hourMs + 5 * minuteMs;
    expect(planCatchUp(coverage, missing(coverage, nowMs), nowMs, rules)).toMatchObject({
      ask: [],
      waiting: 30,
      notBeforeMs: startMs + hourMs + 10 * minuteMs,
    });
    const laterMs = startMs + hourMs + 10 * minuteMs;
    expect(planCatchUp(coverage, missing(coverage, laterMs), laterMs, rules).ask).toHaveLength(10);
  });

  test("that goes on has the rest of its conversations left", () => {
    const coverage = withCall(gap(startMs, startMs + hourMs), startMs + hourMs);
    const plan = planCatchUp(coverage, missing(coverage, startMs + hourMs), startMs + hourMs, rules, 7);
    expect(plan.ask).toHaveLength(3);
  });
});

/** What happens to an account, in no sensible order. */
type Happening =
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "speak"; readonly lane: number }
  | { readonly do: "lose" | "find" | "run" };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    do: fc.constant("pass" as const),
    ms: fc.constantFrom(700, 20_000, 70_000, 7 * minuteMs, 31 * minuteMs, 5 * hourMs),
  }),
  fc.record({ do: fc.constant("speak" as const), lane: fc.nat(14) }),
  fc.constantFrom<Happening>({ do: "lose" }, { do: "find" }, { do: "run" }),
);

test("no limit is ever broken, and no gap closes for a conversation that was neither read nor counted", () => {
  fc.assert(
    fc.property(
      fc.array(happening, { minLength: 20, maxLength: 300 }),
      fc.array(fc.boolean(), { minLength: 50, maxLength: 50 }),
      (happenings, answers) => {
        let nowMs = startMs;
        let coverage = noCoverage;
        let isListening = true;
        let asked = 0;
        const heardAt = new Map<string, number>();
        const runs: number[] = [];
        const calls: number[] = [];
        /** The oracle: for each gap and conversation when it was last read. */
        const history: { readonly fromMs: number; toMs: number | undefined }[] = [];
        const readAt = new Map<string, number>();
        const candidates = (): Candidate[] => [...heardAt].map(([lane, lastAtMs]) => ({ lane, lastAtMs }));
        const isMissing = ({ fromMs, toMs }: { fromMs: number; toMs?: number | undefined }, who: Candidate) => {
          const from = Math.max(fromMs, readAt.get(who.lane) ?? 0);
          const to = toMs ?? nowMs;
          const isQuiet = to - from < catchUpLimits.shortMs && who.lastAtMs < from - catchUpLimits.aliveMs;
          return (toMs === undefined || from < to) && !isQuiet;
        };
        const isOld = ({ toMs }: { toMs?: number | undefined }) => toMs !== undefined && toMs <= nowMs - rules.maxAgeMs;

        for (const step of happenings) {
          if (step.do === "pass") nowMs += step.ms;
          if (step.do === "speak" && isListening) heardAt.set(`user:${step.lane}`, nowMs);
          if (step.do === "lose" && isListening) {
            coverage = withGap(coverage, { fromMs: nowMs });
            history.push({ fromMs: nowMs, toMs: undefined });
            isListening = false;
          }
          if (step.do === "find" && !isListening) {
            coverage = withGapEnded(coverage, nowMs);
            const last = history.at(-1);
            if (last !== undefined) last.toMs = nowMs;
            isListening = true;
          }
          if (step.do !== "run") continue;
          const settled = retired(coverage, candidates(), nowMs, rules);
          coverage = settled.coverage;
          const old = history.filter(isOld);
          expect(settled.givenUp.length).toBe(
            candidates().filter((who) => old.some((one) => isMissing(one, who))).length,
          );
          history.splice(0, history.length, ...history.filter((one) => !isOld(one)));
          const { ask, waiting, notBeforeMs } = planCatchUp(
            coverage,
            outstanding(coverage, candidates(), nowMs, rules),
            nowMs,
            rules,
          );
          if (waiting > 0) expect(notBeforeMs).toBeGreaterThanOrEqual(nowMs);
          if (ask.length === 0) continue;
          runs.push(nowMs);
          for (const { lane } of ask) {
            calls.push(nowMs);
            coverage = withCall(coverage, nowMs);
            asked += 1;
            if (answers[asked % answers.length] === false) continue;
            coverage = withCovered(coverage, lane, nowMs);
            readAt.set(lane, nowMs);
          }
        }

        for (const [index, atMs] of runs.entries()) {
          expect(atMs - (runs[index - 1] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(catchUpLimits.spacingMs);
          expect(calls.filter((call) => call === atMs).length).toBeLessThanOrEqual(rules.maxConversations);
          const within = (ms: number) => calls.filter((call) => call <= atMs && call > atMs - ms).length;
          expect(within(hourMs)).toBeLessThanOrEqual(catchUpLimits.callsPerHour);
          expect(within(dayMs)).toBeLessThanOrEqual(catchUpLimits.callsPerDay);
        }
        const open = new Set(lanes(outstanding(coverage, candidates(), nowMs, rules)));
        for (const who of candidates()) {
          const isDue = history.some((one) => !isOld(one) && isMissing(one, who));
          expect(open.has(who.lane)).toBe(isDue);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("however often the connection breaks, the list of gaps stays short and covers all of them", () => {
  let coverage = noCoverage;
  for (let index = 0; index < 500; index += 1) {
    const fromMs = startMs + index * minuteMs + (index % 7) * 1_000;
    coverage = withGapEnded(withGap(coverage, { fromMs }), fromMs + 3_000);
  }
  expect(coverage.gaps.length).toBeLessThanOrEqual(catchUpLimits.maxGaps);
  for (let index = 0; index < 500; index += 1) {
    const atMs = startMs + index * minuteMs + (index % 7) * 1_000 + 1_500;
    expect(coverage.gaps.some(({ fromMs, toMs = 0 }) => fromMs <= atMs && atMs <= toMs)).toBe(true);
  }
});
