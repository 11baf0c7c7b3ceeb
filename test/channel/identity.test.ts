import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openIdentity } from "../../src/channel/account/identity.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import type { Zca } from "../../src/zca/index.ts";

const uid = "3300912847765512008";

let folder: string;
let nowMs: number;
let calls: number;
let answer: string | undefined;

/** `me id` and nothing else; answers with the id or fails. */
const zca = {
  accountId: "work",
  run: async () => {
    calls += 1;
    const failed = answer === undefined;
    return {
      stdout: failed ? "" : `${answer}\n`,
      stderr: failed ? "Error: fetch failed\n" : "",
      ending: { kind: "exit", code: failed ? 1 : 0 },
      truncated: false,
    };
  },
} as unknown as Zca;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-identity-"));
  nowMs = 1_795_327_700_000;
  calls = 0;
  answer = uid;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () =>
  openIdentity({ state: openAccountState("work", folder), zca, now: () => nowMs, onProblem: () => undefined });

test("an unknown id is asked for once, whoever waits, and known from then on", async () => {
  const identity = open();
  await Promise.all([identity.ready(), identity.ready(), identity.ready()]);
  expect([identity.uid(), calls]).toEqual([uid, 1]);
  const later = open();
  await later.ready();
  expect([later.uid(), calls]).toEqual([uid, 1]);
});

test("a failing question is not repeated with every line: after ten minutes, then twice as long, up to six hours", async () => {
  answer = undefined;
  const identity = open();
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    for (let line = 0; line < 20; line += 1) await identity.ready();
    nowMs += 60_000;
  }
  expect(calls).toBeLessThanOrEqual(10);
});

test("the addressee of a direct message tells the id for nothing", async () => {
  const identity = open();
  identity.learn(uid);
  await identity.ready();
  expect([identity.uid(), calls]).toEqual([uid, 0]);
});

test("an id that cannot be saved is known all the same, and why is told", async () => {
  writeFileSync(path.join(folder, "zalouser"), "ổ đĩa đầy");
  const problems: unknown[] = [];
  const state = openAccountState("work", folder);
  const identity = openIdentity({ state, zca, now: () => nowMs, onProblem: (error) => void problems.push(error) });
  identity.learn(uid);
  await identity.ready();
  expect([identity.uid(), calls]).toEqual([uid, 0]);
  expect(problems).toEqual([expect.objectContaining({ code: "STATE_UNWRITABLE" })]);
});
