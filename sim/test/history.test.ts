import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault, type FaultEffect } from "../control.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const recent = async (...args: string[]) => {
  const { code, stdout, stderr } = await rig.zca("--profile", "work", "msg", "recent", "-j", ...args);
  expect([code, stderr]).toEqual([0, ""]);
  const { count, messages } = JSON.parse(stdout) as { count: number; messages: Record<string, unknown>[] };
  expect(count).toBe(messages.length);
  return messages;
};
const contents = async (...args: string[]) => (await recent(...args)).map(({ content }) => content);
const withGap = (effect: Extract<FaultEffect, { group: "history" }>) =>
  rig.world.setFaults([fault({ command: "msg recent" }, effect)]);

describe("history with gaps (contract 6.6)", () => {
  beforeEach(() => {
    for (const text of ["một", "hai", "ba"]) rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text });
  });

  it("is whole and newest first without a fault", async () => {
    expect(await contents(rig.lan.uid)).toEqual(["ba", "hai", "một"]);
  });

  it("is empty with exit 0, so absence proves nothing", async () => {
    withGap({ group: "history", mode: "empty" });
    expect(await contents(rig.lan.uid)).toEqual([]);
  });

  it("has only the newest rows when it is partial", async () => {
    withGap({ group: "history", mode: "partial", keep: 2 });
    expect(await contents(rig.lan.uid)).toEqual(["ba", "hai"]);
  });

  it("misses the newest rows when it is stale", async () => {
    withGap({ group: "history", mode: "stale" });
    expect(await contents(rig.lan.uid)).toEqual(["hai", "một"]);
    withGap({ group: "history", mode: "stale", missing: 2 });
    expect(await contents(rig.lan.uid)).toEqual(["một"]);
  });

  it("comes late when it is told to", async () => {
    withGap({ group: "history", mode: "empty", ms: 300 });
    await recent(rig.lan.uid);
    const [call] = rig.world.calls({ command: "msg recent" });
    expect((call?.endedAt ?? 0) - (call?.startedAt ?? 0)).toBeGreaterThanOrEqual(300);
    expect(call?.faults).toEqual([0]);
  });
});

describe("the owner's own phone", () => {
  it("stands in the history of both conversations and not on the own stream", async () => {
    const listener = await rig.listen();
    rig.world.sayAsOwner("work", { to: rig.lan.uid, text: "để mình trả lời" });
    rig.world.sayAsOwner(rig.bot.uid, { group: rig.group.groupId, text: "chào cả nhà 🎉" });
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "ừ" });
    expect((await listener.untilRecords(1)).map(({ content }) => content)).toEqual(["ừ"]);
    listener.child.kill();
    await listener.ended;
    expect(await recent(rig.lan.uid)).toMatchObject([
      { senderId: rig.lan.uid, content: "ừ" },
      { senderId: rig.bot.uid, senderName: "Trợ lý", content: "để mình trả lời", threadId: rig.lan.uid },
    ]);
    expect(await recent("-g", rig.group.groupId)).toMatchObject([{ senderId: rig.bot.uid, content: "chào cả nhà 🎉" }]);
    expect(rig.world.messages()[0]).toMatchObject({ threadId: rig.lan.uid, isGroup: false });
  });

  it("comes to the other side, and to the own stream where a program prints own messages", async () => {
    rig.world.logIn("lan", rig.lan.uid);
    rig.world.control({ selfListen: true });
    const own = await rig.listen();
    const other = rig.start(["--profile", "lan", "listen", "--raw", "--supervised"]);
    await rig.world.waitForListening("lan");
    rig.world.sayAsOwner("work", { to: rig.lan.uid, text: "mình đây" });
    expect((await other.untilRecords(1))[0]).toMatchObject({ threadId: rig.bot.uid, senderId: rig.bot.uid });
    expect((await own.untilRecords(1))[0]).toMatchObject({ threadId: rig.lan.uid, senderId: rig.bot.uid });
  });

  it("refuses a profile nobody is logged in to", () => {
    expect(() => rig.world.sayAsOwner("khac", { to: rig.lan.uid, text: "?" })).toThrow("Nobody is logged in as khac");
  });
});
