import { afterEach, describe, expect, test } from "vitest";
import { createCapabilityReader } from "../../../src/zca/program/capabilities.ts";
import type { RunResult } from "../../../src/zca/process/collect.ts";
import type { ZcaCommand } from "../../../src/zca/program/commands.ts";
import { type Script, scriptedZca, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const open: ScriptedZca[] = [];
const scripted = (script: Script): ScriptedZca => {
  const made = scriptedZca(script);
  open.push(made);
  return made;
};
afterEach(() => {
  for (const made of open.splice(0)) made.dispose();
});

const legacyHelp = "Usage: zca [options] <command>\n\n  auth\n  license\n  listen\n  msg\n";

describe("the capability handshake", () => {
  test("learns what a current openzca can do from its help, without naming a profile", async () => {
    const { zca, journal } = scripted({});
    await expect(zca.capabilities()).resolves.toEqual({
      flavor: "openzca",
      version: "0.1.58",
      supervised: true,
      endOfOptions: true,
      rawText: true,
      qrPath: true,
      upload: true,
      history: true,
      replies: true,
      acts: true,
      missing: [],
    });
    expect(
      journal()
        .map(({ args }) => args.join(" "))
        .sort(),
    ).toEqual(["--help", "--version", "auth login --help", "listen --help", "msg send --help"]);
  });

  test("names what an old openzca cannot do", async () => {
    const { zca } = scripted({ helps: { "--version": "0.1.12\n", "listen --help": "", "msg send --help": "" } });
    const able = await zca.capabilities();
    expect(able).toMatchObject({
      flavor: "openzca",
      version: "0.1.12",
      supervised: false,
      rawText: false,
      qrPath: true,
    });
    expect(able.missing).toHaveLength(3);
  });

  test("knows the original zca-cli by its help, in three calls", async () => {
    const { zca, journal } = scripted({
      helps: { "--version": "zca-cli 0.0.24\n", "--help": legacyHelp, "auth login --help": "Usage" },
    });
    const able = await zca.capabilities();
    expect(able).toMatchObject({
      flavor: "legacy",
      version: "0.0.24",
      endOfOptions: false,
      supervised: false,
      qrPath: false,
      upload: false,
      history: false,
      replies: false,
      acts: false,
    });
    expect(able.missing).not.toEqual([]);
    expect(journal()).toHaveLength(3);
  });

  test("is made once, also for callers at the same time", async () => {
    const { zca, journal } = scripted({});
    await Promise.all([zca.capabilities(), zca.capabilities()]);
    await zca.capabilities();
    expect(journal()).toHaveLength(5);
    expect(zca.counts().handshake).toBe(5);
  });

  test.each<[string, Script, string]>([
    ["prints garbage", { helps: { "--version": "%PDF-1.4 rác" } }, "ZCA_UNRECOGNIZED"],
    ["prints nothing", { helps: { "--version": "" } }, "ZCA_UNRECOGNIZED"],
    [
      "has a version and another purpose",
      { helps: { "--help": "Usage: ls [OPTION]... [FILE]...\n" } },
      "ZCA_UNRECOGNIZED",
    ],
    ["fails", { noHandshake: true, exit: 2, stderr: "unknown option --version" }, "ZCA_UNRECOGNIZED"],
    [
      "lacks its interpreter",
      { noHandshake: true, exit: 127, stderr: "env: 'node': No such file" },
      "ZCA_NOT_EXECUTABLE",
    ],
    [
      "has no license",
      { noHandshake: true, exit: 1, stderr: "License not activated. Run: zca license activate <key>" },
      "ZCA_UNLICENSED",
    ],
  ])("refuses a program that %s, naming the account", async (_case, script, code) => {
    await expect(scripted(script).zca.capabilities()).rejects.toMatchObject({ code, accountId: "work" });
  });

  test("gives up on a program that hangs, and asks again next time", async () => {
    const calls: string[] = [];
    const hung: RunResult = {
      stdout: "",
      stderr: "",
      ending: { kind: "signal", signal: "SIGKILL" },
      stopped: "timeout",
      truncated: false,
    };
    const run = async (command: ZcaCommand): Promise<RunResult> => {
      calls.push(command.args.join(" "));
      expect(command.timeoutMs).toBe(5000);
      return hung;
    };
    const reader = createCapabilityReader();
    const binary = { path: "/zca", source: "path", mtimeMs: 1 } as const;
    await expect(reader.read(binary, "work", run)).rejects.toMatchObject({ code: "ZCA_TIMEOUT" });
    await expect(reader.read(binary, "work", run)).rejects.toMatchObject({ code: "ZCA_TIMEOUT" });
    expect(calls).toEqual(["--version", "--help", "--version", "--help"]);
  });

  test("one who no longer waits leaves the others their answer; the last one ends the asking", async () => {
    const asked: AbortSignal[] = [];
    const run = (_command: ZcaCommand, signal: AbortSignal): Promise<RunResult> => {
      asked.push(signal);
      return new Promise((resolve) => {
        const ended: RunResult = {
          stdout: "",
          stderr: "",
          ending: { kind: "signal", signal: "SIGTERM" },
          stopped: "abort",
          truncated: false,
        };
        signal.addEventListener("abort", () => resolve(ended));
      });
    };
    const reader = createCapabilityReader();
    const binary = { path: "/zca", source: "path", mtimeMs: 1 } as const;
    const first = new AbortController();
    const second = new AbortController();
    const reads = [first, second].map(({ signal }) => reader.read(binary, "work", run, signal));
    const settled = Promise.allSettled(reads);
    first.abort();
    await expect(reads[0]).rejects.toMatchObject({ code: "ZCA_FAILED" });
    expect(asked.map(({ aborted }) => aborted)).toEqual([false, false]);
    second.abort();
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(asked.map(({ aborted }) => aborted)).toEqual([true, true]);
    void reader.read(binary, "work", run, AbortSignal.timeout(1)).catch(() => undefined);
    expect(asked).toHaveLength(4);
  });

  test("asks a replaced program anew, and names each account in a shared failure", async () => {
    let calls = 0;
    const run = async (): Promise<RunResult> => {
      calls++;
      return { stdout: "rác", stderr: "", ending: { kind: "exit", code: 0 }, truncated: false };
    };
    const reader = createCapabilityReader();
    const read = (accountId: string, mtimeMs: number) =>
      reader.read({ path: "/zca", source: "path", mtimeMs }, accountId, run);
    const [first, second] = await Promise.allSettled([read("work", 1), read("nhà", 1)]);
    expect(first).toMatchObject({ reason: { accountId: "work" } });
    expect(second).toMatchObject({ reason: { accountId: "nhà", code: "ZCA_UNRECOGNIZED" } });
    expect(calls).toBe(2);
    await expect(read("work", 2)).rejects.toMatchObject({ code: "ZCA_UNRECOGNIZED" });
    expect(calls).toBe(4);
  });
});
