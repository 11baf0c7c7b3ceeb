import { expect, test } from "vitest";
import { createWatch } from "../../../src/channel/catchup/watch.ts";

const startMs = Date.UTC(2026, 10, 22, 8);
const minuteMs = 60_000;

function living(untilMs: number, lastMessageMs = startMs) {
  const watch = createWatch();
  watch.connected(startMs);
  if (lastMessageMs > startMs) watch.life(lastMessageMs, true);
  for (let atMs = Math.max(startMs, lastMessageMs) + 30_000; atMs <= untilMs; atMs += 30_000) watch.life(atMs, false);
  return watch;
}

test("a listener that dies has heard everything up to its last sign of life", () => {
  expect(living(startMs + 2 * minuteMs).ended("crash", startMs + 2 * minuteMs + 10_000)).toBe(startMs + 2 * minuteMs);
});

test("one that is ended on purpose has heard everything up to that moment", () => {
  const watch = living(startMs + 30 * minuteMs);
  watch.stopping(startMs + 30 * minuteMs + 20_000);
  expect(watch.ended("closed", startMs + 30 * minuteMs + 21_000)).toBe(startMs + 30 * minuteMs + 20_000);
});

test("one that is ended for its silence has heard nothing since its last sign of life", () => {
  const watch = living(startMs + 2 * minuteMs);
  watch.stopping(startMs + 4 * minuteMs);
  expect(watch.ended("crash", startMs + 4 * minuteMs)).toBe(startMs + 2 * minuteMs);
});

test("a dropped connection may have been deaf since the last message, for a quarter of an hour at most", () => {
  const endMs = startMs + 60 * minuteMs;
  expect(living(endMs).ended("closed", endMs)).toBe(endMs - 15 * minuteMs);
  expect(living(endMs, endMs - 4 * minuteMs).ended("closed", endMs)).toBe(endMs - 4 * minuteMs);
  const soonMs = startMs + 4 * minuteMs;
  expect(living(soonMs).ended("closed", soonMs)).toBe(soonMs);
});

test("a machine that slept missed what was said meanwhile, although its listener goes on", () => {
  const watch = living(startMs + 2 * minuteMs);
  expect(watch.life(startMs + 2 * minuteMs + 30_000, false)).toBeUndefined();
  expect(watch.life(startMs + 300 * minuteMs, false)).toBe(startMs + 2 * minuteMs + 30_000);
});

test("a listener that never connected heard nothing and ended nothing", () => {
  expect(createWatch().ended("crash", startMs)).toBeUndefined();
});
