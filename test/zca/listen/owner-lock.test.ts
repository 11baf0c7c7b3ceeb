import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { healListenerLock } from "../../../src/zca/listen/owner-lock.ts";
import type { ProcessTable } from "../../../src/zca/process/process-table.ts";

let home: string;
let lock: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "zalouser-owner-"));
  lock = path.join(home, "profiles", "work", "listener-owner.json");
  mkdirSync(path.dirname(lock), { recursive: true });
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const table = (commandLine: string | undefined, zombie = false): ProcessTable => ({
  describe: () => (commandLine === undefined ? undefined : { startToken: "1", commandLine }),
  isZombie: () => zombie,
  groupAlive: () => false,
});
const heal = (processes: ProcessTable, text = '{"pid":4242}') => {
  writeFileSync(lock, text);
  const healed = healListenerLock(home, "work", processes);
  expect(existsSync(lock)).toBe(healed === undefined);
  return healed;
};

test.each([
  ["a web server", table("nginx: worker process")],
  ["a listener by its own name only", table("node /srv/listener.js --listened")],
  ["a zombie", table(undefined, true)],
])("%s holds no profile: its lock goes", (_what, processes) => {
  expect(heal(processes)).toBe(lock);
});

test.each([
  ["a listener of whatever profile", table("node /usr/bin/zca --profile home listen --raw")],
  ["a process that cannot be looked at, as another user's", table(undefined)],
  ["a process without a command line", table("")],
])("%s may be the holder: its lock stays", (_what, processes) => {
  expect(heal(processes)).toBeUndefined();
});

test.each(["", "{", "[]", '{"pid":"4242"}', '{"pid":-1}'])("a lock that says %j proves nothing and stays", (text) => {
  expect(heal(table("nginx"), text)).toBeUndefined();
});

test("a lock that somebody takes over during the look stays", () => {
  const taken: ProcessTable = {
    ...table("nginx"),
    describe: () => {
      writeFileSync(lock, '{"pid":4243}');
      return { startToken: "1", commandLine: "nginx" };
    },
  };
  expect(heal(taken)).toBeUndefined();
});

test("no lock, nothing to do", () => {
  expect(healListenerLock(home, "work", table("nginx"))).toBeUndefined();
});
