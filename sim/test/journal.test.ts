import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault, zcaPath } from "../control.ts";
import { readJournal } from "../control/journal-reader.ts";
import { waitFor } from "../control/wait.ts";
import { layoutOf } from "../world/layout.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

describe("journal (contract 12)", () => {
  it("keeps argv as received, names of variables, values of openzca's only", async () => {
    const text = "--profile=x \n đ🎉";
    await rig.start(["--profile", "work", "msg", "send", "--", rig.lan.uid, text], {
      OPENZCA_SEND_RETRY_COUNT: "0",
      SECRET_KEY: "kín",
    }).ended;
    const [call] = rig.world.calls({ command: "msg send", profile: "work" });
    expect(call).toMatchObject({
      program: zcaPath,
      argv: ["--profile", "work", "msg", "send", "--", rig.lan.uid, text],
      env: { OPENZCA_HOME: rig.home, OPENZCA_SEND_RETRY_COUNT: "0" },
      cwd: rig.folder,
      exitCode: 0,
      logins: 1,
      overlaps: [],
    });
    expect(call?.envNames).toContain("SECRET_KEY");
    expect(JSON.stringify(rig.world.journal())).not.toContain("kín");
    expect(rig.world.messages()[0]?.call).toBe(call?.id);
  });

  it("notes sends of one profile that overlap, on both sides", async () => {
    rig.world.setFaults([fault({ command: "msg send", nth: 1 }, { group: "hang", mode: "forever", when: "sent" })]);
    const send = () => rig.start(["--profile", "work", "msg", "send", "--", rig.lan.uid, "chào"]);
    const calls = () => rig.world.calls({ command: "msg send" });
    const held = send();
    await waitFor("the first send to hang", () => calls()[0]?.faults[0] === 0 || undefined);
    await send().ended;
    const [first, second] = calls();
    expect(first?.overlaps).toEqual([second?.id]);
    expect(second?.overlaps).toEqual([first?.id]);
    held.child.kill("SIGKILL");
    await held.ended;
    await send().ended;
    expect(calls()[2]?.overlaps).toEqual([]);
  });

  it.each([
    ["each sees the other", ["b"], ["a"]],
    ["only the first sees the second", ["b"], []],
    ["only the second sees the first", [], ["a"]],
  ])("names an overlap once on either side, when %s", (_, seenByFirst, seenBySecond) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "zca-journal-"));
    const layout = layoutOf(folder);
    mkdirSync(layout.sim);
    const starts = [
      { record: "start", id: "a", overlaps: seenByFirst },
      { record: "start", id: "b", overlaps: seenBySecond },
    ];
    writeFileSync(layout.journal, starts.map((start) => `${JSON.stringify(start)}\n`).join(""));
    expect(readJournal(layout).map(({ id, overlaps }) => [id, overlaps])).toEqual([
      ["a", ["b"]],
      ["b", ["a"]],
    ]);
    rmSync(folder, { recursive: true });
  });

  it("notes a fault at once, so that it is there after a kill", async () => {
    rig.world.setFaults([fault({ command: "msg send" }, { group: "exit", signal: "SIGKILL", when: "sent" })]);
    await rig.zca("--profile", "work", "msg", "send", "--", rig.lan.uid, "chào");
    const [call] = rig.world.calls({ command: "msg send" });
    expect([call?.endedAt, call?.faults]).toEqual([undefined, [0]]);
  });

  it("journals wrong command lines and version queries too", async () => {
    await rig.zca("--version");
    await rig.zca("msg", "send", "1", "- x");
    expect(rig.world.journal().map(({ command, exitCode }) => [command, exitCode])).toEqual([
      ["--version", 0],
      ["wrong", 1],
    ]);
  });

  it("keeps ids in order and unique when many processes send at once", async () => {
    const texts = Array.from({ length: 8 }, (_, index) => `song song ${index}`);
    await Promise.all(texts.map((text) => rig.zca("--profile", "work", "msg", "send", "--", rig.lan.uid, text)));
    const ids = rig.world.messages().map(({ msgId }) => msgId);
    expect(new Set(ids).size).toBe(8);
    expect(ids).toEqual(ids.toSorted());
  });
});

describe("two accounts", () => {
  it("delivers what one account sends to the other account's listener", async () => {
    rig.world.logIn("lan", rig.lan.uid);
    const listener = rig.start(["--profile", "lan", "listen", "--raw", "--supervised"]);
    await rig.world.waitForListening("lan");
    await rig.zca("--profile", "work", "msg", "send", "--", rig.lan.uid, "chào **Lan**");
    expect((await listener.untilRecords(1))[0]).toMatchObject({
      senderId: rig.bot.uid,
      senderName: "Trợ lý",
      content: "chào Lan",
      toId: rig.lan.uid,
    });
  });
});
