import { describe, expect, test } from "vitest";
import type { ServerMessage } from "../../sim/control.ts";
import { createSteady } from "../../sim/scenario/steady.ts";
import { oneAtATime } from "./changes.ts";
import { echo } from "./echo.ts";
import { readTyped } from "./lines.ts";

describe("a line at the prompt", () => {
  test.each([
    ["Uống cà phê ở đâu ngon?", { do: "say", as: "lan", text: "Uống cà phê ở đâu ngon?" }],
    ["/zalouser why", { do: "say", as: "lan", text: "/zalouser why" }],
    [":stranger xin chào 🙂", { do: "say", as: "stranger", text: "xin chào 🙂" }],
    [":group tối nay ăn gì?", { do: "say-in-group", text: "tối nay ăn gì?" }],
    [":approve 8LCA8N9B", { do: "approve", code: "8LCA8N9B" }],
    [':step {"do":"restart"}', { do: "step", step: '{"do":"restart"}' }],
    [":play sim/scenarios/family.json", { do: "play", file: "sim/scenarios/family.json" }],
    [":quit", { do: "quit" }],
    [":stranger", { do: "help" }],
    [":nhảy", { do: "unknown", word: "nhảy" }],
    ["   ", { do: "nothing" }],
  ])("%s", (line, typed) => {
    expect(readTyped(line)).toEqual(typed);
  });

  test("is sent as NFC", () => {
    expect(readTyped("Phạm".normalize("NFD"))).toMatchObject({ text: "Phạm".normalize("NFC") });
  });
});

test("the stand-in for the model repeats the newest message that stands in its turn, and none of its own", () => {
  const messages = [{ text: "chào bạn" }, { text: "alo" }, { text: "chào", profile: "default" }] as ServerMessage[];
  expect(echo({ turn: "[Lan Phạm] chào bạn\nalo" }, messages)).toBe("Bạn vừa viết: alo");
  expect(echo({ turn: "chào" }, messages)).toBe("Mình nghe đây 🙂");
});

test("changes during a reload make one more reload, not one for each", async () => {
  const ends: (() => void)[] = [];
  const run = oneAtATime(() => new Promise((resolve) => ends.push(resolve)));
  const all = Promise.all([run(), run(), run()]);
  ends[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await all;
  expect(ends).toHaveLength(2);
});

test("what has not changed for long enough is steady, from the last change on", () => {
  let now = 0;
  let seen = "a";
  const isSteady = createSteady(
    () => seen,
    1000,
    () => now,
  );
  expect(isSteady()).toBe(false);
  now = 900;
  seen = "b";
  expect(isSteady()).toBe(false);
  now = 1800;
  expect(isSteady()).toBe(false);
  now = 1900;
  expect(isSteady()).toBe(true);
});
