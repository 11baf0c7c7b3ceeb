import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLedger } from "../../../src/channel/catchup/ledger.ts";
import { outstanding, withCall, withCovered, withGap } from "../../../src/policy/index.ts";

const startMs = Date.UTC(2026, 10, 22, 8);
const own = "3300912847765512008";
let folder: string;
let uid: string | undefined;
let problems: unknown[];
let nowMs: number;

beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), "zalouser-ledger-")), "tài khoản");
  uid = own;
  problems = [];
  nowMs = startMs + 3_600_000;
});
afterEach(() => {
  chmodSync(path.dirname(folder), 0o700);
  rmSync(path.dirname(folder), { recursive: true, force: true });
});

const open = () =>
  openLedger({ folder }, "default", { uid: () => uid, now: () => nowMs, onProblem: (error) => problems.push(error) });
const stored = () => JSON.parse(readFileSync(path.join(folder, "catch-up.json"), "utf8"));

test("knows nothing before the account has listened, and then since when it does", () => {
  const ledger = open();
  ledger.change((coverage) => withGap(coverage, { fromMs: 1 }));
  expect([ledger.firstMs(), ledger.aliveMs(), ledger.coverage().gaps]).toEqual([undefined, undefined, []]);
  ledger.alive(startMs);
  expect([ledger.firstMs(), ledger.aliveMs()]).toEqual([startMs, startMs]);
});

test("a sign of life costs a write every 30 s at most; what is known now is never older than that on disk", () => {
  const ledger = open();
  let writes = 0;
  let version = "";
  for (let ms = 0; ms <= 120_000; ms += 500) {
    ledger.alive(startMs + ms);
    const now = JSON.stringify(stored());
    if (now !== version) writes += 1;
    version = now;
    expect(startMs + ms - stored().aliveMs).toBeLessThan(30_000);
    expect(ledger.aliveMs()).toBe(startMs + ms);
  }
  expect(writes).toBe(5);
  ledger.alive(startMs + 121_000, { write: true });
  expect(stored().aliveMs).toBe(startMs + 121_000);
});

test("survives a restart, in a file of mode 0600", () => {
  const ledger = open();
  ledger.alive(startMs);
  ledger.change((coverage) => withGap(coverage, { fromMs: startMs + 5 }));
  ledger.notePaired(["5120034498771203345"]);
  const again = open();
  expect(again.coverage().gaps).toEqual([{ fromMs: startMs + 5 }]);
  expect(again.paired()).toEqual(["5120034498771203345"]);
  expect(statSync(path.join(folder, "catch-up.json")).mode & 0o777).toBe(0o600);
});

test("another person behind the profile inherits nothing", () => {
  open().alive(startMs);
  uid = "4400912847765512999";
  expect(open().firstMs()).toBeUndefined();
  uid = undefined;
  expect(open().firstMs()).toBe(startMs);
});

test("a damaged file is a beginning; a folder that cannot be written is told and does not throw", () => {
  open().alive(startMs);
  writeFileSync(path.join(folder, "catch-up.json"), '{"firstMs":"hôm qua"');
  expect(open().firstMs()).toBeUndefined();
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "một tệp");
  const ledger = open();
  ledger.alive(startMs);
  expect(ledger.firstMs()).toBe(startMs);
  expect(problems).toHaveLength(1);
});

test("what was noted while the clock was ahead hides nothing once it is right: the last moment that can be true counts", () => {
  const dayMs = 86_400_000;
  nowMs = startMs;
  open().alive(startMs);
  nowMs = startMs + dayMs;
  const ahead = open();
  ahead.alive(nowMs, { write: true });
  ahead.change((coverage) => withCall(withCovered(withGap(coverage, { fromMs: nowMs }), "user:51200", nowMs), nowMs));
  nowMs = startMs + 3_600_000;
  const right = open();
  expect([right.firstMs(), right.aliveMs()]).toEqual([startMs, startMs]);
  expect(right.coverage()).toEqual({ gaps: [{ fromMs: startMs }], covered: {}, lastRunAtMs: nowMs, calls: [nowMs] });
  expect(
    outstanding(right.coverage(), [{ lane: "user:51200", lastAtMs: startMs }], nowMs, { maxAgeMs: dayMs }),
  ).toEqual([expect.objectContaining({ lane: "user:51200", sinceMs: startMs, isDue: true })]);
  expect(stored()).toMatchObject({ firstMs: startMs, aliveMs: startMs });
});

test("a clock that is set right while it listens is believed at once, and counts from there", () => {
  nowMs = startMs + 86_400_000;
  const ledger = open();
  ledger.alive(nowMs);
  nowMs = startMs;
  ledger.alive(nowMs);
  expect([ledger.firstMs(), ledger.aliveMs()]).toEqual([startMs, startMs]);
  nowMs = startMs - 2_000;
  ledger.alive(nowMs);
  expect(ledger.aliveMs()).toBe(nowMs);
});
