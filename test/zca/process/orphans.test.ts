import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sweepDrafts } from "../../../src/zca/process/drafts.ts";
import { openzcaHome, sweepOrphans } from "../../../src/zca/process/orphans.ts";
import { createPidRecords, type PidRecord, readPidRecords } from "../../../src/zca/process/pid-records.ts";
import { systemProcessTable } from "../../../src/zca/process/process-table.ts";
import { isRunning } from "../../fixtures/scripted-zca.ts";

/** No process has this number. */
const gone = 2 ** 22 + 1;

describe("records of living children", () => {
  let root: string;
  let folder: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "zalouser-orphans-"));
    folder = path.join(root, "records");
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    rmSync(root, { recursive: true, force: true });
  });

  /** A child of ours whose command line looks like a call, in its own group. */
  const child = async (command: readonly string[], code = "setInterval(() => {}, 1000)"): Promise<number> => {
    const started = spawn(process.execPath, ["-e", `${code}; console.log(1)`, "--", ...command], { detached: true });
    children.push(started);
    await once(started.stdout, "data");
    return started.pid ?? 0;
  };
  const listen = ["--profile", "work", "listen"];
  const send = ["--profile", "work", "msg", "send"];
  const record = (pid: number, over: Partial<PidRecord> = {}): void => {
    createPidRecords(folder).add({ pid, kind: "listen", command: listen, accountId: "work", profile: "work" });
    const { records } = readPidRecords(folder);
    const stored = records.find((entry) => entry.record.pid === pid);
    // As if another gateway process had written it, which is gone now.
    if (stored) writeFileSync(stored.file, JSON.stringify({ ...stored.record, ownerPid: gone, ...over }));
  };

  test("are private, name the child without its text, and go with it", () => {
    const remove = createPidRecords(folder).add({
      pid: process.pid,
      kind: "send",
      command: send,
      accountId: "a",
      profile: "work",
    });
    const [name = ""] = readdirSync(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path.join(folder, name), "utf8"))).toMatchObject({
      command: send,
      ownerPid: process.pid,
    });
    remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a recorded listener of a dead gateway is ended, by force if it must be", async () => {
    const polite = await child(listen);
    const stubborn = await child(listen, "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)");
    record(polite);
    record(stubborn);
    const found: string[] = [];
    const report = await sweepOrphans(folder, { graceMs: 300, onFound: (what) => found.push(what) });
    expect(new Set(report.ended.map(({ pid }) => pid))).toEqual(new Set([polite, stubborn]));
    // Gone for the sweep is a zombie until this process, its parent, has reaped it.
    await vi.waitFor(() => expect([isRunning(polite), isRunning(stubborn)]).toEqual([false, false]));
    expect(readdirSync(folder)).toEqual([]);
    expect(found).toHaveLength(2);
  });

  test("a recorded send may finish first, and is ended when it does not", async () => {
    const quick = await child(send, "process.on('SIGUSR2', () => process.exit(0)); setInterval(() => {}, 1000)");
    record(quick, { kind: "send", command: send });
    // It ends by itself, but only once the sweep has seen it alive.
    const onFound = (): void => void process.kill(quick, "SIGUSR2");
    const first = await sweepOrphans(folder, { sendWaitMs: 60_000, onFound });
    expect(first.finished.map(({ pid }) => pid)).toEqual([quick]);
    const stuck = await child([...send, "--group"]);
    record(stuck, { kind: "send", command: send });
    const second = await sweepOrphans(folder, { sendWaitMs: 50 });
    expect(second.ended.map(({ pid }) => pid)).toEqual([stuck]);
  });

  test("a record that cannot be removed is told, and its process is settled all the same", async () => {
    const pid = await child(send);
    record(pid, { kind: "send", command: send });
    writeFileSync(path.join(folder, "hỏng.json"), "{");
    const readOnly = (): never => {
      throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
    };
    const report = await sweepOrphans(folder, { sendWaitMs: 50, remove: readOnly });
    expect(report.ended.map((one) => one.pid)).toEqual([pid]);
    expect(report.corruptRecords).toBe(1);
    expect(report.unremoved).toEqual([expect.stringContaining(`${pid}-`)]);
    const again = await sweepOrphans(folder);
    expect([again.stale.map((one) => one.pid), again.unremoved]).toEqual([[pid], []]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("never touches a stranger with a recorded pid", async () => {
    const byTime = await child(listen);
    const byCommand = await child(["something", "else"]);
    record(byTime, { startToken: "other boot:1" });
    record(byCommand);
    const report = await sweepOrphans(folder);
    expect(report.stale).toHaveLength(2);
    expect([isRunning(byTime), isRunning(byCommand)]).toEqual([true, true]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("never touches the children of a gateway that lives", async () => {
    const pid = await child(listen);
    createPidRecords(folder).add({ pid, kind: "listen", command: listen, accountId: "work", profile: "work" });
    const report = await sweepOrphans(folder);
    expect(report).toMatchObject({ ended: [], stale: [] });
    expect(isRunning(pid)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test("sweeps only the kinds and the profile asked for", async () => {
    const pid = await child(listen);
    record(pid);
    await sweepOrphans(folder, { kinds: ["send"] });
    await sweepOrphans(folder, { profile: "home" });
    expect(isRunning(pid)).toBe(true);
    await sweepOrphans(folder, { kinds: ["listen"], profile: "work" });
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
  });

  test("a record whose gateway was killed before it had its name counts, and nothing of it stays", async () => {
    const pid = await child(listen);
    record(pid);
    const [name = ""] = readdirSync(folder);
    renameSync(path.join(folder, name), path.join(folder, `${name}.${gone}.tmp`));
    writeFileSync(path.join(folder, `9-0.json.${gone}.tmp`), '{"pid":9,');
    const report = await sweepOrphans(folder);
    expect(report).toMatchObject({ ended: [{ pid }], corruptRecords: 1 });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a draft of another process that lives is left to it, one of our own is not being written", () => {
    mkdirSync(folder);
    for (const writer of [process.ppid, process.pid, gone]) {
      writeFileSync(path.join(folder, `login.json.${writer}.tmp`), "{");
    }
    writeFileSync(path.join(folder, "Ngân.tmp"), "");
    sweepDrafts(folder);
    expect(readdirSync(folder).toSorted()).toEqual(["Ngân.tmp", `login.json.${process.ppid}.tmp`]);
  });

  test("removes what is no record, and needs no folder", async () => {
    expect(await sweepOrphans(folder)).toMatchObject({ corruptRecords: 0 });
    mkdirSync(folder);
    for (const [name, text] of [
      ["a.json", ""],
      ["b.json", "{"],
      ["c.json", '{"pid":-1}'],
      ["d.json", "[]"],
    ] as const)
      writeFileSync(path.join(folder, name), text);
    mkdirSync(path.join(folder, "e.json"));
    expect(await sweepOrphans(folder)).toMatchObject({ corruptRecords: 5, ended: [] });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("clears a listener's lock only when it is provably ours and dead", async () => {
    const home = path.join(root, "home");
    const lock = path.join(home, "profiles", "work", "listener-owner.json");
    mkdirSync(path.dirname(lock), { recursive: true });
    const hold = (pid: number): void =>
      writeFileSync(lock, JSON.stringify({ pid, profile: "work", sessionId: "s", startedAt: 1 }));

    const ours = await child(listen);
    record(ours);
    hold(ours);
    expect(await sweepOrphans(folder, { home })).toMatchObject({ clearedLocks: [lock] });
    expect(existsSync(lock)).toBe(false);

    const other = await child(listen);
    record(await child(listen));
    hold(other);
    await sweepOrphans(folder, { home });
    expect(existsSync(lock)).toBe(true);

    // The pid is reused by somebody's new listener of the same profile.
    record(other, { startToken: "other boot:1" });
    await sweepOrphans(folder, { home });
    expect(existsSync(lock)).toBe(true);
  });
});

test("the program's data folder follows its environment", () => {
  expect(openzcaHome({ OPENZCA_HOME: "/data", HOME: "/home/lan" })).toBe("/data");
  expect(openzcaHome({ HOME: "/home/lan" })).toBe("/home/lan/.openzca");
});

test("a process is known by its start, not only by its number", () => {
  const self = systemProcessTable.describe(process.pid);
  expect(self?.commandLine).toContain("node");
  expect(systemProcessTable.describe(process.pid)).toEqual(self);
  expect(systemProcessTable.describe(process.ppid)?.startToken).not.toBe(self?.startToken);
  expect(systemProcessTable.describe(2 ** 22 + 1)).toBeUndefined();
});
