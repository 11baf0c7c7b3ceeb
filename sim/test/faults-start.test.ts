import { spawn } from "node:child_process";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createStandIn, fault, type FaultEffect, type FaultMatch } from "../control.ts";
import { waitFor } from "../control/wait.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

type Start = Omit<Extract<FaultEffect, { group: "start" }>, "group">;
const starting = (effect: Start, match: FaultMatch = {}) =>
  rig.world.setFaults([fault(match, { group: "start", ...effect })]);

describe("start faults (contract 12)", () => {
  it("starts slowly, a version query too, and does its work then", async () => {
    starting({ mode: "slow", ms: 300 });
    for (const args of [["--version"], ["--profile", "work", "me", "id"]]) {
      expect(await rig.zca(...args)).toMatchObject({ code: 0, stderr: "" });
    }
    for (const { startedAt, endedAt = 0 } of rig.world.journal())
      expect(endedAt - startedAt).toBeGreaterThanOrEqual(295);
  });

  it("hangs before any output, also when it is only asked for its version", async () => {
    rig.world.setFaults([fault({ command: "--version" }, { group: "hang", mode: "forever", when: "start" })]);
    const call = rig.start(["--version"]);
    await waitFor("the strike", () => rig.world.calls().find(({ faults }) => faults.length > 0));
    call.child.kill();
    expect(await call.ended).toMatchObject({ code: 143, stdout: "", stderr: "" });
  });

  it("is the other program for the calls it meets", async () => {
    starting({ mode: "other-personality" }, { command: "--version" });
    expect((await rig.zca("--version")).stdout).toBe("0.0.24\n");
    starting({ mode: "other-personality" });
    expect((await rig.zca("--help")).stdout).toContain("license");
    const { code, stderr } = await rig.zca("--profile", "work", "listen", "--raw", "--supervised");
    expect([code, stderr.split("\n")[0]]).toEqual([1, "error: unknown option '--supervised'"]);
    rig.world.setPersonality("legacy");
    expect((await rig.zca("--help")).stdout).toMatch(/^Usage: openzca /u);
  });

  it.each([
    ["0.1.12", { supervised: false, raw: false, reply: false }],
    ["0.1.40", { supervised: true, raw: true, reply: false }],
    ["0.1.58", { supervised: true, raw: true, reply: true }],
  ])("knows only the options of version %s", async (version, expected) => {
    starting({ mode: "other-version", version });
    expect((await rig.zca("--version")).stdout).toBe(`${version}\n`);
    const listen = (await rig.zca("listen", "--help")).stdout;
    const send = (await rig.zca("msg", "send", "--help")).stdout;
    expect({
      supervised: listen.includes("--supervised"),
      raw: send.includes("--raw"),
      reply: send.includes("--reply-message"),
    }).toEqual(expected);
  });

  it("is something else that shares the name", async () => {
    starting({ mode: "other-program" });
    expect(await rig.zca("--version")).toMatchObject({ code: 0, stdout: "zca: zone cache administrator, release 7\n" });
    expect(await rig.zca("--profile", "work", "listen")).toMatchObject({ code: 64, stdout: "" });
    expect(rig.world.listenerPid("work")).toBeUndefined();
  });

  it("has no license", async () => {
    starting({ mode: "unlicensed" }, { command: "listen" });
    expect(await rig.zca("--profile", "work", "listen")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "Error: License required. Run: zca license activate <key>\n",
    });
    expect(rig.world.calls({ command: "listen" })[0]?.logins).toBe(0);
  });
});

describe("stand-ins for what no running program can do", () => {
  const outcome = (program: string) =>
    new Promise<string>((resolve) => {
      const child = spawn(program, ["--version"], { env: { PATH: process.env["PATH"] ?? "", OPENZCA_HOME: rig.home } });
      let said = "";
      child.stdout.on("data", (piece: Buffer) => (said += piece.toString()));
      child.on("error", (error) => resolve("code" in error ? String(error.code) : error.message));
      child.on("close", () => resolve(said));
    });

  it("runs the simulator, is missing, is not executable, and comes back", async () => {
    const standIn = createStandIn(path.join(rig.folder, "có dấu cách"));
    expect(await outcome(standIn.path)).toBe("0.1.58\n");
    standIn.remove();
    expect(await outcome(standIn.path)).toBe("ENOENT");
    standIn.forbid();
    expect(await outcome(standIn.path)).toBe("EACCES");
    standIn.restore();
    expect(await outcome(standIn.path)).toBe("0.1.58\n");
  });
});
