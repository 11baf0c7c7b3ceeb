import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault } from "../control.ts";
import { waitFor } from "../control/wait.ts";
import { isAlive } from "../world/disk.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const lockFile = () => path.join(rig.home, "profiles", "work", "listener-owner.json");
const listen = () => rig.zca("--profile", "work", "listen", "--raw", "--supervised");
const refusal = (pid: number) => ({
  code: 1,
  stdout: "",
  stderr: `Error: Another openzca listener already owns profile "work" (pid ${pid}).\n`,
});

describe("lock faults (contract 8.14, 12)", () => {
  it("is held by a listener of ours that outlived its gateway", async () => {
    const orphan = rig.world.startOrphan("work");
    await rig.world.waitForListening("work");
    expect(await listen()).toMatchObject(refusal(orphan.pid));
    orphan.release();
    await rig.listen();
  });

  it("is held by a living stranger, until it is released", async () => {
    const stranger = rig.world.plantLock("work", "foreign");
    expect(isAlive(stranger.pid)).toBe(true);
    expect(await listen()).toMatchObject(refusal(stranger.pid));
    stranger.release();
    expect(existsSync(lockFile())).toBe(false);
    await rig.listen();
  });

  it("is held by a stranger that ends by itself", async () => {
    rig.world.setFaults([fault({ command: "listen", nth: 1 }, { group: "lock", mode: "foreign", ms: 1500 })]);
    const { stderr } = await listen();
    const pid = Number(/pid (\d+)/u.exec(stderr)?.[1]);
    expect(stderr).toBe(refusal(pid).stderr);
    await waitFor("the stranger's end", () => (isAlive(pid) ? undefined : true));
    await rig.listen();
  });

  it("is stale, by hand or at a start, and passed over", async () => {
    const { pid } = rig.world.plantLock("work", "dead");
    expect(isAlive(pid)).toBe(false);
    const first = await rig.listen();
    first.child.kill();
    await first.ended;
    rig.world.setFaults([fault({ command: "listen" }, { group: "lock", mode: "stale" })]);
    const second = await rig.listen();
    expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toMatchObject({ pid: second.child.pid });
    expect(rig.world.calls({ command: "listen" }).at(-1)?.faults).toEqual([0]);
  });

  it("is freed late after SIGTERM, while nothing is heard any more", async () => {
    rig.world.setFaults([fault({ command: "listen" }, { group: "lock", mode: "freed-late", ms: 4000 })]);
    const listener = await rig.listen();
    const asked = Date.now();
    listener.child.kill("SIGTERM");
    await waitFor("the end of the websocket", () => (rig.world.isListening("work") ? undefined : true));
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "còn ai không?" });
    expect(await listen()).toMatchObject(refusal(listener.child.pid ?? 0));
    expect(await listener.ended).toMatchObject({ code: 143 });
    expect(Date.now() - asked).toBeGreaterThanOrEqual(3990);
    expect(listener.records()).toEqual([]);
    expect(existsSync(lockFile())).toBe(false);
  });
});
