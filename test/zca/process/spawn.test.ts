import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collect } from "../../../src/zca/process/collect.ts";
import { type ChildHandle, spawnChild } from "../../../src/zca/process/spawn.ts";
import { type Behavior, isRunning, scriptedBinary } from "../../fixtures/scripted-zca.ts";

const patient = { timeoutMs: 20_000, graceMs: 200, maxOutputBytes: 1024 * 1024 };

describe("a child process", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zalouser-spawn-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (behavior: Behavior & { journal?: string }, args: readonly string[] = ["act"]): ChildHandle =>
    spawnChild({
      file: scriptedBinary,
      args,
      env: { PATH: process.env["PATH"] ?? "", OPENZCA_FIXTURE: JSON.stringify(behavior) },
    });
  const node = (code: string): ChildHandle => spawnChild({ file: process.execPath, args: ["-e", code], env: {} });
  const firstOutput = (child: ChildHandle): Promise<unknown> =>
    new Promise((resolve) => child.stdout?.once("data", resolve));

  test("gets exactly the environment and arguments it was given, and no shell", async () => {
    const journal = path.join(folder, "journal");
    const args = ["act", "$HOME; rm -rf /", "a b", "tiếng Việt 👍", "", "-p"];
    await run({ journal }, args).exited;
    const entry = JSON.parse(readFileSync(journal, "utf8")) as { args: string[]; env: object };
    expect(entry.args).toEqual(args);
    expect(Object.keys(entry.env).sort()).toEqual(["OPENZCA_FIXTURE", "PATH"]);
  });

  test("has its input closed, a process group of its own, and writes private files", async () => {
    const file = path.join(folder, "written");
    const before = process.umask();
    const child = node(
      `const fs=require("fs");fs.writeFileSync(${JSON.stringify(file)},"x");` +
        `console.log(JSON.stringify({input:fs.readFileSync(0,"utf8"),group:fs.readFileSync("/proc/self/stat","utf8").split(" ")[4]}))`,
    );
    expect(process.umask()).toBe(before);
    const { stdout } = await collect(child, patient);
    expect(JSON.parse(stdout)).toEqual({ input: "", group: String(child.pid) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("reports its exit code or signal", async () => {
    await expect(run({ exit: 75 }).exited).resolves.toEqual({ kind: "exit", code: 75 });
    await expect(run({ signal: "SIGKILL" }).exited).resolves.toEqual({ kind: "signal", signal: "SIGKILL" });
  });

  test.each([
    ["does not exist", () => "/nowhere/zca", ["x"], "ENOENT"],
    ["is a folder", () => folder, ["x"], "EACCES"],
    ["gets too long an argument", () => scriptedBinary, ["x".repeat(200_000)], "E2BIG"],
  ])("a program that %s is an ending, not an exception", async (_case, file, args, errno) => {
    const child = spawnChild({ file: file(), args, env: {} });
    expect(child.pid).toBeUndefined();
    await expect(child.exited).resolves.toMatchObject({ kind: "not-started", errno });
    expect(child.kill("SIGTERM")).toBe(false);
    await expect(child.terminate({ graceMs: 10 })).resolves.toMatchObject({ kind: "not-started" });
  });

  test("an argument the system cannot carry is an ending that does not repeat it", async () => {
    const ending = await spawnChild({ file: scriptedBinary, args: ["bí mật\0"], env: {} }).exited;
    expect(ending.kind).toBe("not-started");
    expect(JSON.stringify(ending)).not.toContain("bí mật");
  });

  test("one that ignores SIGTERM is killed after the grace", async () => {
    const child = run({ ignoreTerm: true, stdout: "sẵn sàng", hang: true });
    await firstOutput(child);
    const started = performance.now();
    await expect(child.terminate({ graceMs: 200 })).resolves.toEqual({ kind: "signal", signal: "SIGKILL" });
    expect(performance.now() - started).toBeGreaterThanOrEqual(190);
    expect(isRunning(child.pid ?? 0)).toBe(false);
  });

  test("one that obeys is not waited for longer than it takes", async () => {
    const child = run({ stdout: "sẵn sàng", hang: true });
    await firstOutput(child);
    await expect(child.terminate({ graceMs: 60_000 })).resolves.toEqual({ kind: "signal", signal: "SIGTERM" });
  });

  test("a grandchild that holds the pipes and ignores SIGTERM ends with it", async () => {
    const grandchildPid = path.join(folder, "pid");
    const child = run({ grandchild: true, grandchildPid, stdout: "xong\n", exit: 0 });
    const result = await collect(child, patient);
    expect(result).toMatchObject({ stdout: "xong\n", ending: { kind: "exit", code: 0 } });
    expect(isRunning(Number(readFileSync(grandchildPid, "utf8")))).toBe(false);
  });

  test("a pipe held by a process that left the group does not hold the ending", async () => {
    const grandchildPid = path.join(folder, "pid");
    const child = node(
      `const c=require("child_process").spawn(process.execPath,["-e","setTimeout(()=>{},20000)"],{detached:true,stdio:"inherit"});` +
        `require("fs").writeFileSync(${JSON.stringify(grandchildPid)},String(c.pid));c.unref();console.log("xong");process.exit(0)`,
    );
    const result = await collect(child, patient);
    process.kill(Number(readFileSync(grandchildPid, "utf8")), "SIGKILL");
    expect(result.stdout).toBe("xong\n");
  });
});

describe("collecting a child's output", () => {
  const start = (behavior: Behavior): ChildHandle =>
    spawnChild({
      file: scriptedBinary,
      args: ["act"],
      env: { PATH: process.env["PATH"] ?? "", OPENZCA_FIXTURE: JSON.stringify(behavior) },
    });

  test("keeps what was asked for and drains the rest of a flood", async () => {
    const result = await collect(start({ floodBytes: 8 * 1024 * 1024, exit: 3 }), { ...patient, maxOutputBytes: 1000 });
    expect(result).toMatchObject({ truncated: true, ending: { kind: "exit", code: 3 } });
    expect(result.stdout).toHaveLength(1000);
    expect(result.stderr.length).toBeLessThanOrEqual(64 * 1024);
  });

  test("puts characters together again that came byte by byte", async () => {
    const text = "Trợ lý: đã gửi 👨‍👩‍👧‍👦\n";
    expect((await collect(start({ bytewise: text }), patient)).stdout).toBe(text);
  });

  test("ends a child that takes too long, by force if it must be", async () => {
    const result = await collect(start({ stdout: "một nửa", ignoreTerm: true, hang: true }), {
      ...patient,
      timeoutMs: 700,
    });
    expect(result).toMatchObject({
      stopped: "timeout",
      stdout: "một nửa",
      ending: { kind: "signal", signal: "SIGKILL" },
    });
  });

  test("ends a child when told to, also when told before it starts", async () => {
    const child = start({ stdout: "x", hang: true });
    const abort = new AbortController();
    child.stdout?.once("data", () => abort.abort());
    await expect(collect(child, { ...patient, signal: abort.signal })).resolves.toMatchObject({ stopped: "abort" });
    await expect(collect(start({ hang: true }), { ...patient, signal: AbortSignal.abort() })).resolves.toMatchObject({
      stopped: "abort",
    });
  });
});
