import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault, type FaultEffect, type FaultMatch } from "../control.ts";
import { waitFor } from "../control/wait.ts";
import { openRig, type Rig, type Running } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

type Stdout = Omit<Extract<FaultEffect, { group: "stdout" }>, "group">;
const damaging = (effect: Stdout, match: FaultMatch = {}) =>
  rig.world.setFaults([fault({ nth: 1, ...match }, { group: "stdout", ...effect })]);

/** What the listener prints for two messages of which the first is struck, without the lines before "connected". */
const hear = async (effect: Stdout) => {
  damaging(effect, { command: "listen" });
  const listener = await rig.listen();
  await listener.until('"event":"connected"');
  const before = Buffer.byteLength(listener.stdout());
  const pieces: Buffer[] = [];
  listener.child.stdout?.on("data", (piece: Buffer) => pieces.push(piece));
  rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "một ấm 🍵" });
  rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "hai" });
  return { listener, before, pieces, text: () => textAfter(listener, before) };
};
const textAfter = (listener: Running, bytes: number) => Buffer.from(listener.stdout()).subarray(bytes).toString("utf8");
const until = (text: () => string, wanted: string) =>
  waitFor(wanted, () => (text().includes(wanted) ? text() : undefined), 20_000);

const readable = (text: string) =>
  text.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === "object" && value !== null && "content" in value ? [value.content] : [];
    } catch {
      return [];
    }
  });

describe("damage of the listener's stdout (contract 12)", () => {
  it.each<[string, Stdout, RegExp, string[]]>([
    [
      "garbage lines",
      { mode: "garbage-lines" },
      /\nundefined\n.*\n\{"threadId":\n\{"threadId":"512/u,
      ["một ấm 🍵", "hai"],
    ],
    ["ANSI colors", { mode: "ansi" }, /^\u001b\[32m\{.*\}\u001b\[0m\n/u, ["hai"]],
    ["a byte order mark", { mode: "bom" }, /^\uFEFF\{/u, ["hai"]],
    ["CRLF", { mode: "crlf" }, /^\{.*\}\r\n\{/u, ["một ấm 🍵", "hai"]],
    ["empty lines", { mode: "empty-lines" }, /^\n {2}\n\t\n\{.*\}\n\n\n\{/u, ["một ấm 🍵", "hai"]],
    [
      "JSON that is no object",
      { mode: "json-scalars" },
      /^42\n"xin chào"\n\[1,2,3\]\n\[\]\nnull\ntrue\n\{/u,
      ["một ấm 🍵", "hai"],
    ],
    ["a truncated record", { mode: "truncated-json" }, /^\{"threadId":.*[^}]\n\{/u, ["hai"]],
    ["two records on one line", { mode: "two-on-one-line" }, /^\{"threadId".*\}\{"threadId".*\}\n$/u, []],
    ["NUL bytes", { mode: "nul-bytes" }, /^\0{16}\n\{/u, ["một ấm 🍵", "hai"]],
    ["NUL bytes on the line", { mode: "nul-bytes", sameLine: true }, /^\0{16}\{/u, ["hai"]],
    ["noise before", { mode: "prefix-noise" }, /^\[INFO\] .*\n\{/u, ["một ấm 🍵", "hai"]],
    ["noise before on the line", { mode: "prefix-noise", sameLine: true }, /^\[INFO\] .* \{/u, ["hai"]],
    ["noise behind", { mode: "trailing-noise" }, /^\{.*\}\n\[INFO\] .*\n\{/u, ["một ấm 🍵", "hai"]],
    ["noise behind on the line", { mode: "trailing-noise", sameLine: true }, /^\{.*\} \[INFO\] .*\n\{/u, ["hai"]],
  ])("prints %s", async (_, effect, shape, contents) => {
    const { text } = await hear(effect);
    const all = await until(text, '"content":"hai"');
    expect(all).toMatch(shape);
    expect(readable(all)).toEqual(contents);
  });

  it("breaks characters inside the content, which stays JSON", async () => {
    const { text } = await hear({ mode: "invalid-utf8" });
    expect(readable(await until(text, '"content":"hai"'))).toEqual(["\uFFFD\uFFFD(một ấm 🍵", "hai"]);
  });

  it("ends behind a record without its newline", async () => {
    const { listener, text } = await hear({ mode: "no-final-newline" });
    expect((await listener.ended).code).toBe(1);
    expect(text()).toMatch(/^\{"threadId":.*\}$/u);
  });

  it("cuts a line inside a character, with a pause between the halves", async () => {
    const { pieces, text } = await hear({ mode: "split-character", ms: 800 });
    expect(readable(await until(text, '"content":"hai"'))).toEqual(["một ấm 🍵", "hai"]);
    expect(pieces.map((piece) => (piece.at(-1) ?? 0) >= 0xc0)).toContain(true);
  });

  it("writes a line byte by byte, whole in the end", async () => {
    const { text } = await hear({ mode: "byte-by-byte" });
    expect(readable(await until(text, '"content":"hai"'))).toEqual(["một ấm 🍵", "hai"]);
  });

  it("prints a line of 5 MB, then the record as it is", async () => {
    const { text } = await hear({ mode: "long-line" });
    const lines = (await until(text, '"content":"hai"')).split("\n");
    expect(Math.abs((lines[0]?.length ?? 0) - 5_000_000)).toBeLessThan(1000);
    expect(lines[0]?.endsWith('"}')).toBe(true);
    expect(readable(lines.slice(1).join("\n"))).toEqual(["một ấm 🍵", "hai"]);
  });

  it("goes on without a newline until its budget is spent", async () => {
    const { text } = await hear({ mode: "endless-line", bytes: 1_000_000 });
    const all = await until(text, '"content":"hai"');
    expect(all.indexOf("\n")).toBe(1_000_000);
    expect(readable(all)).toEqual(["một ấm 🍵", "hai"]);
  });

  it("counts message lines, not calls", async () => {
    damaging({ mode: "truncated-json" }, { command: "listen", nth: 2 });
    const listener = await rig.listen();
    for (const text of ["một", "hai", "ba"]) rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text });
    await until(() => listener.stdout(), '"content":"ba"');
    expect(readable(listener.stdout())).toEqual(["một", "ba"]);
    expect(rig.world.calls({ command: "listen" })[0]?.faults).toEqual([0]);
  });
});

describe("damage of a short call's stdout (contract 12)", () => {
  const list = async (effect: Stdout) => {
    damaging(effect, { command: "friend list" });
    const { code, stdout } = await rig.zca("--profile", "work", "friend", "list", "-j");
    expect(code).toBe(0);
    return stdout;
  };

  it.each<[Stdout["mode"], RegExp]>([
    ["bom", /^\uFEFF\[/u],
    ["crlf", /^\[\r\n {2}\{\r\n/u],
    ["no-final-newline", /\]$/u],
    ["two-on-one-line", /\n\]\[\n/u],
    ["truncated-json", /^\[[^\]]*\n$/u],
    ["prefix-noise", /^\[INFO\] .*\n\[\n/u],
    ["trailing-noise", /\n\]\n\[INFO\] .*\n$/u],
  ])("prints it with %s", async (mode, shape) => {
    expect(await list({ mode })).toMatch(shape);
  });

  it("puts an endless line before the answer of a send, which is made all the same", async () => {
    damaging({ mode: "endless-line", bytes: 300_000 }, { command: "msg send" });
    const { code, stdout } = await rig.zca("--profile", "work", "msg", "send", "--", rig.lan.uid, "chào");
    expect([code, stdout.indexOf("\n")]).toEqual([0, 300_000]);
    expect(stdout.slice(300_001)).toMatch(/^\{ message: \{ msgId: /u);
    expect(rig.world.messages()).toHaveLength(1);
  });
});

describe("stderr damage (contract 12)", () => {
  type Stderr = Omit<Extract<FaultEffect, { group: "stderr" }>, "group">;
  const send = async (effect: Stderr) => {
    rig.world.setFaults([fault({ command: "msg send" }, { group: "stderr", ...effect })]);
    const call = rig.start(["--profile", "work", "msg", "send", "--", rig.lan.uid, "chào"]);
    const bytes: Buffer[] = [];
    call.child.stderr?.on("data", (piece: Buffer) => bytes.push(piece));
    expect(await call.ended).toMatchObject({ code: 0, stdout: expect.stringContaining("msgId") as string });
    return Buffer.concat(bytes);
  };

  it("floods, prints no newline, or binary, and works all the same", async () => {
    const flood = await send({ mode: "flood" });
    expect([flood.length, flood.toString().split("\n").length > 100_000]).toEqual([8 * 2 ** 20, true]);
    const line = await send({ mode: "no-newline", bytes: 200_000 });
    expect([line.length, line.includes(10)]).toEqual([200_000, false]);
    const binary = await send({ mode: "binary" });
    expect(new Set(binary).size).toBe(256);
  });

  it("prints secrets", async () => {
    const text = (await send({ mode: "secrets" })).toString();
    const { plantedSecrets } = await import("../control.ts");
    for (const secret of Object.values(plantedSecrets)) expect(text).toContain(secret);
  });

  it("disturbs a listener that works on", async () => {
    rig.world.setFaults([fault({ command: "listen" }, { group: "stderr", mode: "flood", bytes: 500_000 })]);
    const listener = await rig.listen();
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "nghe rõ" });
    expect((await listener.untilRecords(1))[0]).toMatchObject({ content: "nghe rõ" });
    await waitFor("the flood", () => (listener.stderr().length > 400_000 ? true : undefined));
  });
});
