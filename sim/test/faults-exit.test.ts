import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault, type FaultEffect, type FaultMatch } from "../control.ts";
import { knownTexts } from "../control/catalog/known-texts.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const send = (text = "chào") => rig.zca("--profile", "work", "msg", "send", "--", rig.lan.uid, text);
const start = (env: Record<string, string> = {}) =>
  rig.start(["--profile", "work", "msg", "send", "--", rig.lan.uid, "chào"], env);
const onSend = (effect: FaultEffect, match: FaultMatch = {}) =>
  rig.world.setFaults([fault({ command: "msg send", ...match }, effect)]);
const onListen = (effect: FaultEffect, match: FaultMatch = {}) =>
  rig.world.setFaults([fault({ command: "listen", ...match }, effect)]);

describe("matching", () => {
  it("strikes the nth, every nth or the first n calls, counted across processes", async () => {
    const codes = async () => {
      const all = [];
      for (let call = 0; call < 4; call += 1) all.push((await send(`lần ${call}`)).code);
      return all;
    };
    const effect = { group: "exit", code: 2 } as const;
    onSend(effect, { nth: 2 });
    expect(await codes()).toEqual([0, 2, 0, 0]);
    onSend(effect, { every: 2 });
    expect(await codes()).toEqual([0, 2, 0, 2]);
    onSend(effect, { first: 1 });
    expect(await codes()).toEqual([2, 0, 0, 0]);
    onSend(effect, { profile: "khac" });
    expect(await codes()).toEqual([0, 0, 0, 0]);
  });

  it("draws chances from the seed, so a run repeats", async () => {
    const draw = async () => {
      onSend({ group: "exit", code: 2 }, { chance: 0.5 });
      const codes = [];
      for (let call = 0; call < 6; call += 1) codes.push((await send()).code);
      return codes;
    };
    rig.world.control({ seed: 7 });
    const first = await draw();
    expect(await draw()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([0, 2]));
  });
});

describe("exit faults (contract 12)", () => {
  it("exits 0 with nothing, sent or not", async () => {
    onSend({ group: "exit", code: 0 });
    expect(await send()).toMatchObject({ code: 0, stdout: "" });
    expect(rig.world.messages()).toHaveLength(0);
    onSend({ group: "exit", code: 0, when: "sent" });
    expect(await send()).toMatchObject({ code: 0, stdout: "" });
    expect(rig.world.messages()).toHaveLength(1);
  });

  it("exits 0 after error text on stdout", async () => {
    onSend({ group: "exit", code: 0, stdout: "Error: fetch failed\n" });
    expect(await send()).toMatchObject({ code: 0, stdout: "Error: fetch failed\n" });
  });

  it.each(knownTexts.map(({ text }) => text))("fails with the text of section 10: %s", async (error) => {
    onSend({ group: "exit", error });
    // Several of these texts speak of a timeout, which the program would try once more by itself.
    const failed = await start({ OPENZCA_SEND_RETRY_COUNT: "0" }).ended;
    expect(failed).toMatchObject({ code: 1, stdout: "", stderr: `Error: ${error}\n` });
    expect(rig.world.messages()).toHaveLength(0);
  });

  it.each([2, 75, 127, 129, 130, 137, 143])("exits %d", async (code) => {
    onSend({ group: "exit", code });
    expect((await send()).code).toBe(code);
  });

  it.each([
    ["SIGHUP", null],
    ["SIGKILL", null],
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends by %s", async (signal, code) => {
    onSend({ group: "exit", signal });
    expect(await send()).toMatchObject({ code, signal: code === null ? signal : null });
  });

  it("is killed in the middle of its answer, and of a listener's line", async () => {
    onSend({ group: "exit", signal: "SIGKILL", midLine: true });
    expect(await send()).toMatchObject({
      signal: "SIGKILL",
      stdout: expect.stringMatching(/^\{ message: \{ msgId/u) as string,
    });
    expect(rig.world.messages()).toHaveLength(1);
    onListen({ group: "exit", signal: "SIGKILL", midLine: true });
    const listener = await rig.listen();
    const saying = { from: rig.lan.uid, to: rig.bot.uid };
    rig.world.sayAll([
      { ...saying, text: "nửa chừng" },
      { ...saying, text: "không ai thấy" },
    ]);
    const { signal, stdout } = await listener.ended;
    expect(signal).toBe("SIGKILL");
    expect(stdout.split("\n").at(-1)).toMatch(/^\{"threadId":"5120034498771203345"/u);
    expect(stdout).not.toContain("không ai thấy");
  });

  it("prints the result and then exits 1", async () => {
    onSend({ group: "exit", code: 1, when: "printed" });
    expect(await send()).toMatchObject({ code: 1, stdout: expect.stringContaining("msgId") as string });
  });

  it("crashes with Node's dump on stderr, before or after the result", async () => {
    onSend({ group: "exit", crash: true, when: "printed" });
    const { code, stdout, stderr } = await send();
    expect([code, stdout.includes("msgId")]).toEqual([1, true]);
    expect(stderr).toContain("throw er; // Unhandled 'error' event");
  });

  it("ends a listener once connected", async () => {
    onListen({ group: "exit", code: 0, when: "printed" });
    expect(await (await rig.listen()).ended).toMatchObject({ code: 0 });
  });
});

describe("the CLI's own retry (contract 2)", () => {
  const lost = { group: "exit", error: "Request timed out", when: "sent" } as const;

  it("sends twice when the answer was lost, unless switched off", async () => {
    onSend(lost, { first: 1 });
    expect((await start({ OPENZCA_SEND_RETRY_DELAY_MS: "1" }).ended).code).toBe(0);
    expect(rig.world.messages()).toHaveLength(2);
    onSend(lost, { first: 1 });
    expect((await start({ OPENZCA_SEND_RETRY_COUNT: "0" }).ended).stderr).toBe("Error: Request timed out\n");
    expect(rig.world.messages()).toHaveLength(3);
  });
});
