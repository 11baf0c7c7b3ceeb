import { expect, test } from "vitest";
import type { BreachKind, Judgement } from "./evidence-types.ts";
import { BreachSeen, createPatience } from "./patience.ts";

const counts = {
  said: 2,
  admitted: 2,
  turns: 1,
  joined: 0,
  answered: 1,
  reported: 0,
  uncovered: 0,
  refused: 0,
  hostNotices: 0,
  interrupted: 0,
};
const withBreaches = (...kinds: BreachKind[]): Judgement => ({
  breaches: kinds.map((kind) => ({ kind, what: "Chị Lan 🌸" })),
  counts,
});

test("what cannot be mended ends the waiting at once, and names only itself", () => {
  const patience = createPatience("dedupe");
  expect(() => patience.look(withBreaches("lost", "turn doubled"), true)).toThrowError(
    expect.objectContaining({ judgement: withBreaches("turn doubled") }),
  );
});

test("what is missing is waited for while somebody works, and then a while", () => {
  let nowMs = 0;
  const patience = createPatience("journal", () => nowMs);
  for (nowMs = 0; nowMs <= 60_000; nowMs += 1000) patience.look(withBreaches("unanswered"), true);
  nowMs += 3000;
  patience.look(withBreaches("unanswered"), false);
  nowMs += 60_000;
  patience.look(withBreaches(), false);
  expect(() => patience.look(withBreaches("unanswered"), false)).toThrowError(BreachSeen);
});

test("what is missing gets its time when another promise is switched off", () => {
  let nowMs = 0;
  const patience = createPatience("pacing", () => nowMs);
  for (nowMs = 0; nowMs <= 60_000; nowMs += 1000) patience.look(withBreaches("lost"), false);
});

test("where no promise is switched off everything gets its time", () => {
  createPatience().look(withBreaches("lost", "turn doubled", "stranger"), false);
});
