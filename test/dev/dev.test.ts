import { describe, expect, test } from "vitest";
import type { ServerMessage } from "../../sim/control.ts";
import { createSteady } from "../../sim/scenario/steady.ts";
import { createAgent } from "./agent.ts";
import { readTyped } from "./lines.ts";
import { readDevOptions } from "./options.ts";

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
    [":stranger", { do: "incomplete", usage: expect.stringMatching(/^:stranger <text>/u) }],
    [":approve  ", { do: "incomplete", usage: expect.stringMatching(/^:approve <code>/u) }],
    [":play", { do: "incomplete", usage: expect.stringMatching(/^:play <file>/u) }],
    [": help", { do: "unknown", word: "" }],
    [":nhảy", { do: "unknown", word: "nhảy" }],
    ["   ", { do: "nothing" }],
  ])("%s", (line, typed) => {
    expect(readTyped(line)).toEqual(typed);
  });

  test("is sent as NFC", () => {
    expect(readTyped("Phạm".normalize("NFD"))).toMatchObject({ text: "Phạm".normalize("NFC") });
  });
});

test("a checkout that is none is refused before anything is started", () => {
  expect(readDevOptions([])).toMatchObject({ keep: false });
  expect(() => readDevOptions(["--source", "/không có"])).toThrowError(
    /^There is no folder src in \/không có; --source/u,
  );
  expect(() => readDevOptions(["--nonsense"])).toThrowError(/--nonsense/u);
});

describe("the stand-in for the model", () => {
  const messages = [{ text: "chào bạn" }, { text: "alo" }, { text: "chào", profile: "default" }] as ServerMessage[];

  test("repeats the newest message that stands in its turn, and none of its own", () => {
    const agent = createAgent(() => messages);
    expect(agent.answer({ turn: "[Lan Phạm] chào bạn\nalo" })).toBe("Bạn vừa viết: alo");
    expect(agent.answer({ turn: "chào" })).toBe("Mình nghe đây 🙂");
    expect(agent.asked).toEqual(["alo"]);
  });

  test("says what a scenario has for a message while it is played, or nothing", () => {
    const agent = createAgent(() => messages);
    agent.learn([
      { to: "chào", says: "Chào Lan" },
      { to: "alo", says: "" },
    ]);
    expect(agent.answer({ turn: "chào bạn" })).toBe("Chào Lan");
    expect(agent.answer({ turn: "alo" })).toBe("NO_REPLY");
    agent.learn([]);
    expect(agent.answer({ turn: "chào bạn" })).toBe("Bạn vừa viết: chào bạn");
  });
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
