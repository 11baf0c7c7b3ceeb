import { expect, test } from "vitest";
import { fakeClock } from "./clock.ts";

test("runs timers in the order they fall due and stops at the asked moment", async () => {
  const clock = fakeClock(1_000);
  const seen: string[] = [];
  clock.setTimeout(() => seen.push(`late ${clock.now()}`), 50);
  clock.setTimeout(() => seen.push(`early ${clock.now()}`), 10);
  clock.setTimeout(() => seen.push("never"), 51);
  await clock.advance(50);
  expect(seen).toEqual(["early 1010", "late 1050"]);
  expect(clock.now()).toBe(1_050);
  expect(clock.pending).toBe(1);
});

test("a cancelled timer does not run, and a timer set by a timer does", async () => {
  const clock = fakeClock(0);
  const seen: string[] = [];
  const cancel = clock.setTimeout(() => seen.push("cancelled"), 5);
  clock.setTimeout(() => clock.setTimeout(() => seen.push("nested"), 5), 5);
  cancel();
  await clock.advance(10);
  expect(seen).toEqual(["nested"]);
});

test("timers that wait for no time, one after the other, fail instead of hanging", async () => {
  const clock = fakeClock(0);
  const again = (): void => void clock.setTimeout(again, 0);
  again();
  await expect(clock.advance(10)).rejects.toThrow("stands still");
});
