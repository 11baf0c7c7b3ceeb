import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault, type FaultEffect, type FaultMatch } from "../control.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const onListen = (effect: FaultEffect, match: FaultMatch = {}) =>
  rig.world.setFaults([fault({ command: "listen", ...match }, effect)]);

describe("delivery faults (contract 12)", () => {
  const hear = async (
    mode: Extract<FaultEffect, { group: "delivery" }>["mode"],
    texts: readonly string[],
    expected: number,
  ) => {
    onListen({ group: "delivery", mode }, { nth: 1 });
    const listener = await rig.listen();
    for (const text of texts)
      rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text, overrides: { ts: "1795327700456" } });
    return { listener, records: await listener.untilRecords(expected) };
  };

  it("repeats a line at once, with the same or another id", async () => {
    const same = await hear("duplicate", ["một"], 2);
    expect(same.records[0]).toEqual(same.records[1]);
    same.listener.child.kill();
    await same.listener.ended;
    const other = await hear("duplicate-other-id", ["một"], 2);
    expect(other.records[0]?.["msgId"]).not.toBe(other.records[1]?.["msgId"]);
    expect(other.records[0]?.["cliMsgId"]).toBe(other.records[1]?.["cliMsgId"]);
  });

  it("repeats a line after the next connection", async () => {
    const { listener, records } = await hear("duplicate-after-reconnect", ["một"], 1);
    listener.child.kill();
    await listener.ended;
    expect((await (await rig.listen()).untilRecords(1))[0]).toEqual(records[0]);
  });

  it("repeats a line from another process, which may outlive the listener", async () => {
    const { listener, records } = await hear("duplicate-in-two-processes", ["một 🍵"], 2);
    expect(records[1]).toEqual(records[0]);
    onListen({ group: "delivery", mode: "duplicate-in-two-processes", ms: 1500 }, { nth: 1 });
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "hai" });
    await listener.untilRecords(3);
    listener.child.kill("SIGKILL");
    const exited = new Promise<number>((resolve) =>
      listener.child.on("exit", () => resolve(listener.records().length)),
    );
    expect(await exited).toBe(3);
    expect((await listener.ended).signal).toBe("SIGKILL");
    expect(listener.records().map(({ content }) => content)).toEqual(["một 🍵", "một 🍵", "hai", "hai"]);
  });

  it("swaps two lines", async () => {
    expect((await hear("out-of-order", ["một", "hai"], 2)).records.map(({ content }) => content)).toEqual([
      "hai",
      "một",
    ]);
  });

  it.each([
    ["old-timestamp", { timestamp: 1795327700 - 259200, ts: String(1795327700456 - 259200000) }],
    ["future-clock", { timestamp: 1795327700 + 86400 }],
    ["milliseconds", { timestamp: 1795327700000 }],
    ["seconds", { timestamp: 1795327700, ts: "1795327700" }],
  ] as const)("prints a line with %s", async (mode, expected) => {
    expect((await hear(mode, ["một"], 1)).records[0]).toMatchObject(expected);
  });

  it("prints a line without its id", async () => {
    const { records } = await hear("missing-id", ["một"], 1);
    expect(records[0]).toMatchObject({ content: "một" });
    expect(records[0]).not.toHaveProperty("msgId");
  });

  it("prints one id with two contents", async () => {
    const { records } = await hear("same-id-other-content", ["một"], 2);
    expect(records.map(({ msgId }) => msgId)).toEqual([records[0]?.["msgId"], records[0]?.["msgId"]]);
    expect(records[1]?.["content"]).not.toBe("một");
  });
});
