import { assert, constantFrom, integer, property, record, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import type { BreachKind, Evidence, Said, Turn } from "./evidence-types.ts";
import { judge } from "./oracle.ts";
import { answerTo, tokenOf } from "./tokens.ts";

const thread = "user:5120034498771203345";

function said(token: string, more: Partial<Said> = {}): Said {
  return { token, accountId: "default", thread, atMs: 0, want: "answer", heard: true, ...more };
}

function turn(text: string, more: Partial<Turn> = {}): Turn {
  return { accountId: "default", thread, text, ...more };
}

/** A run in which each message became a turn of its own and was answered in full. */
function perfect(messages: readonly Said[]): Evidence {
  const admitted = messages.filter(({ want }) => want === "answer");
  return {
    said: messages,
    turns: admitted.map((message) => turn(message.token, message)),
    delivered: admitted.flatMap(({ token, accountId, thread: to }) =>
      (answerTo(token) ?? "").split("\n\n").map((text) => ({ accountId, thread: to, text })),
    ),
    calls: [],
    reported: new Set(),
    uncovered: new Set(),
    leastGapMs: 500,
    leftovers: [],
  };
}

const kinds = (evidence: Evidence): BreachKind[] => judge(evidence).breaches.map(({ kind }) => kind);

describe("the oracle of the harnesses", () => {
  test("has nothing against any perfect run", () => {
    const message = record({
      name: integer({ min: 1, max: 9999 }),
      parts: integer({ min: 1, max: 4 }),
      want: constantFrom("answer", "refuse", "context"),
    });
    assert(
      property(uniqueArray(message, { selector: ({ name }) => name, maxLength: 12 }), (messages) => {
        const list = messages.map(({ name, parts, want }) =>
          said(tokenOf(want === "answer" ? "ping" : want === "refuse" ? "spam" : "note", `a${name}`, parts), {
            want,
            thread: want === "refuse" ? "user:1" : thread,
          }),
        );
        expect(judge(perfect(list)).breaches).toEqual([]);
      }),
    );
  });

  test("takes messages joined into one turn for answered by its one answer", () => {
    const run = perfect([said("ping-a1"), said("ping-a2")]);
    const joined = {
      ...run,
      turns: [turn("ping-a1\nping-a2")],
      delivered: [{ accountId: "default", thread, text: answerTo("ping-a1 ping-a2") ?? "" }],
    };
    expect(judge(joined)).toMatchObject({ breaches: [], counts: { turns: 1, joined: 1, answered: 2 } });
  });

  const run = perfect([said("ping-a1"), said("ping-a2x2"), said("spam-s1", { want: "refuse", thread: "user:1" })]);
  test.each<[string, Partial<Evidence>, BreachKind[]]>([
    ["a message that never became a turn", { turns: run.turns.slice(1), delivered: run.delivered.slice(1) }, ["lost"]],
    ["a message in two turns", { turns: [...run.turns, turn("ping-a1")] }, ["turn doubled", "order"]],
    ["a part that arrived twice", { delivered: [...run.delivered, ...run.delivered.slice(0, 1)] }, ["answer doubled"]],
    ["an answer that never arrived", { delivered: run.delivered.slice(1) }, ["unanswered"]],
    ["half an answer", { delivered: run.delivered.slice(0, 2) }, ["unanswered"]],
    [
      "an answer to somebody else",
      { delivered: run.delivered.map((one) => ({ ...one, thread: "user:2" })) },
      ["wrong conversation", "wrong conversation", "wrong conversation"],
    ],
    ["turns out of order", { turns: run.turns.toReversed() }, ["order"]],
    ["parts out of order", { delivered: run.delivered.toReversed() }, ["order"]],
    ["a stranger at the agent", { turns: [...run.turns, turn("spam-s1", { thread: "user:1" })] }, ["stranger"]],
    [
      "a message to a stranger",
      { delivered: [...run.delivered, { accountId: "default", thread: "user:1", text: "Chào" }] },
      ["stranger"],
    ],
    [
      "words nobody asked for",
      { delivered: [...run.delivered, { accountId: "default", thread, text: "Chào" }] },
      ["unexpected message"],
    ],
    [
      "two sends at once",
      {
        calls: [
          { accountId: "default", startedAtMs: 0, endedAtMs: 900, life: 1 },
          { accountId: "default", startedAtMs: 800, endedAtMs: 1000, life: 1 },
        ],
      },
      ["pacing"],
    ],
    [
      "sends too close",
      {
        calls: [
          { accountId: "default", startedAtMs: 0, endedAtMs: 900, life: 1 },
          { accountId: "default", startedAtMs: 1399, endedAtMs: 1500, life: 1 },
        ],
      },
      ["pacing"],
    ],
    ["something left behind", { leftovers: ["zca listen (pid 7)"] }, ["leftover"]],
    ["memory that grows", { memoryGrowthMbPerMinute: 30 }, ["memory"]],
  ])("names %s", (_what, changed, expected) => {
    expect(kinds({ ...run, ...changed })).toEqual(expected);
  });

  test("lets a reported failure, an uncovered gap and another account's pace pass", () => {
    const gap = said("ping-a1", { heard: false });
    expect(
      judge({ ...perfect([gap]), turns: [], delivered: [], uncovered: new Set(["default"]) }).counts.uncovered,
    ).toBe(1);
    expect(judge({ ...perfect([said("ping-a1")]), delivered: [], reported: new Set(["ping-a1"]) })).toMatchObject({
      breaches: [],
      counts: { reported: 1 },
    });
    const calls = [1, 2].map((life) => ({ accountId: "default", startedAtMs: 0, endedAtMs: 900, life }));
    expect(kinds({ ...run, calls })).toEqual([]);
  });

  test("does not excuse a gap that status does not own up to", () => {
    expect(kinds({ ...perfect([said("ping-a1", { heard: false })]), turns: [], delivered: [] })).toEqual(["lost"]);
  });

  test("counts the host's own notice instead of judging it", () => {
    const notice = { accountId: "default", thread, text: "I couldn't confirm my previous reply was delivered." };
    expect(judge({ ...run, delivered: [...run.delivered, notice] })).toMatchObject({
      breaches: [],
      counts: { hostNotices: 1 },
    });
  });
});
