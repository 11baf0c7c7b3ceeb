import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { openGroupTitles, type GroupTitles } from "../../../src/channel/names/titles.ts";
import type { NameHolder } from "../../../src/policy/index.ts";
import { fakeClock, settle, type FakeClock } from "../../fakes/clock.ts";

const family = "7044519283300761122";
const work = "7044519283300761199";
const dayMs = 24 * 60 * 60_000;

let folder: string;
let clock: FakeClock;
let groups: NameHolder[];
let lastKnown: NameHolder[];
let failure: Error | undefined;
let lists: number;
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-tên nhóm-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
  clock = fakeClock();
  groups = [{ id: family, names: ["Gia đình 🏡"] }];
  lastKnown = [];
  failure = undefined;
  lists = 0;
  warnings = [];
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function open(): GroupTitles {
  return openGroupTitles({
    accountId: "default",
    clock,
    log: { warn: (line) => warnings.push(line) },
    list: async () => {
      lists += 1;
      if (failure) throw failure;
      return groups;
    },
    lastKnown: () => lastKnown,
  });
}

/** The account connects again and again for a while. */
async function connect(titles: GroupTitles, days = 0): Promise<void> {
  for (let half = 0; half <= days * 2; half += 1) {
    titles.noteConnected();
    await settle();
    if (half < days * 2) await clock.advance(dayMs / 2);
  }
}

test("an unknown title is read when the account connects next, and known after a restart without another list", async () => {
  const titles = open();
  await connect(titles);
  expect(lists).toBe(0);
  expect(titles.of(family)).toBeUndefined();
  expect(lists).toBe(0);
  await connect(titles);
  expect(titles.of(family)).toBe("Gia đình 🏡");
  const later = open();
  expect(later.of(family)).toBe("Gia đình 🏡");
  await connect(later, 3);
  expect(lists).toBe(1);
});

test("a group that no list has costs one list a day at most, whatever is said there", async () => {
  const titles = open();
  for (let hour = 0; hour < 72; hour += 1) {
    titles.of(work);
    await connect(titles);
    await clock.advance(dayMs / 24);
  }
  expect(lists).toBe(3);
});

test("a list that cannot be read is told and tried again the next day, over restarts", async () => {
  failure = new Error("mất mạng");
  const titles = open();
  titles.of(family);
  await connect(titles);
  await connect(open());
  expect([lists, warnings]).toEqual([1, ["the titles of groups were not read: mất mạng"]]);
  failure = undefined;
  await clock.advance(dayMs);
  const later = open();
  await connect(later);
  expect(later.of(family)).toBe("Gia đình 🏡");
});

test("a title is looked at again after a week, once somebody speaks there", async () => {
  const titles = open();
  titles.of(family);
  await connect(titles);
  groups = [{ id: family, names: ["Nhà mình"] }];
  await clock.advance(7 * dayMs);
  await connect(titles);
  expect(lists).toBe(1);
  expect(titles.of(family)).toBe("Gia đình 🏡");
  await connect(titles);
  expect([titles.of(family), lists]).toEqual(["Nhà mình", 2]);
});

test("what others have read, and what a message says itself, costs nothing", async () => {
  lastKnown = [{ id: family, names: ["Gia đình 🏡"] }];
  const titles = open();
  expect(titles.of(family)).toBe("Gia đình 🏡");
  expect(titles.of(work, "Việc chung")).toBe("Việc chung");
  titles.learn([{ id: work, names: ["Việc chung 2"] }]);
  expect(titles.of(work)).toBe("Việc chung 2");
  await connect(titles);
  expect(lists).toBe(0);
});

test("the file is private", () => {
  open().of(family, "Gia đình 🏡");
  expect(statSync(path.join(openAccountState("default").folder, "titles.json")).mode & 0o077).toBe(0);
});
