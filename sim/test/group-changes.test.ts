import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const zca = (...args: string[]) => rig.zca("--profile", "work", ...args);
const group = () => rig.world.groups().find(({ groupId }) => groupId === rig.group.groupId);

describe("changing a group (contract 6.5)", () => {
  it("renames it, adds people, lists whom it could not add, and leaves", async () => {
    const mai = rig.world.addPerson({ displayName: "Mai Đỗ" });
    const { groupId } = rig.group;
    expect((await zca("group", "rename", "--", groupId, "- Họp 🏡")).stdout).toBe("{ status: 0 }\n");
    expect((await zca("group", "add", groupId, mai.uid, "99999")).stdout).toContain("errorMembers: [ '99999' ]");
    expect(group()).toMatchObject({ name: "- Họp 🏡", members: expect.arrayContaining([mai.uid]) });
    expect((await zca("group", "leave", groupId)).stdout).toBe("{ memberError: [] }\n");
    expect(group()?.members).not.toContain(rig.bot.uid);
    expect(await zca("group", "leave", groupId)).toMatchObject({ code: 1, stdout: "" });
  });

  it("lets only its owner and deputies remove people, with exit 0 either way", async () => {
    const { groupId } = rig.group;
    expect((await zca("group", "remove", groupId, rig.huy.uid)).stdout).toBe("{ errorMembers: [] }\n");
    expect(group()?.members).not.toContain(rig.huy.uid);
    const theirs = rig.world.addGroup({ name: "Của Lan", members: [rig.lan.uid, rig.bot.uid, rig.huy.uid] });
    const { code, stdout } = await zca("group", "remove", theirs.groupId, rig.huy.uid);
    expect([code, stdout]).toEqual([0, `{ errorMembers: [ '${rig.huy.uid}' ] }\n`]);
    expect(rig.world.groups().at(-1)?.members).toContain(rig.huy.uid);
  });

  it("shows anybody's profile, keyed as the servers key it", async () => {
    const answer = JSON.parse((await zca("msg", "member-info", rig.huy.uid, "-j")).stdout);
    expect(answer.changed_profiles[`${rig.huy.uid}_0`]).toMatchObject({ displayName: "Huy Đặng" });
    expect((await zca("msg", "member-info", "99999", "-j")).code).toBe(1);
  });
});
