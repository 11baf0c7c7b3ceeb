import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const zca = (...args: string[]) => rig.zca("--profile", "work", ...args);
const json = async (...args: string[]) => JSON.parse((await zca(...args)).stdout) as Record<string, unknown>[];

describe("--version and --help (contract 1)", () => {
  it("prints the bare version, needing no profile", async () => {
    for (const flag of ["--version", "-V"]) {
      expect(await rig.zca(flag)).toMatchObject({ code: 0, stdout: "0.1.58\n", stderr: "" });
    }
    rig.world.control({ version: "0.1.40" });
    expect((await rig.zca("--version")).stdout).toBe("0.1.40\n");
  });

  it("prints help on stdout with 0, usage on stderr with 1", async () => {
    expect((await rig.zca("--help")).stdout).toMatch(/^Usage: openzca \[options\] \[command\]\n/u);
    expect(await rig.zca()).toMatchObject({ code: 1, stdout: "" });
    const { code, stdout, stderr } = await zca("msg", "voice", "1", "-m", "x");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: unknown option '-m'\n\nUsage: openzca msg voice /u);
  });
});

describe("me (contract 6.3)", () => {
  it("prints the own id, and the account as JSON", async () => {
    expect((await zca("me", "id")).stdout).toBe("3300912847765512008\n");
    const { stdout } = await zca("me", "info", "-j");
    expect(JSON.parse(stdout)).toMatchObject({ userId: "3300912847765512008", displayName: "Trợ lý" });
    expect(stdout.startsWith('{\n  "profile"')).toBe(true);
  });
});

describe("friend (contract 6.4)", () => {
  it("lists friends as pretty JSON with string ids, else as a table", async () => {
    expect((await json("friend", "list", "-j")).map(({ userId, displayName }) => [userId, displayName])).toEqual([
      ["5120034498771203345", "Lan Phạm"],
      ["8891200345671123490", "Huy Đặng"],
    ]);
    expect((await zca("friend", "list")).stdout).toMatch(/^┌─+[\s\S]*│ 'Lan Phạm'/u);
  });

  it("takes digits for a phone number: those rows have display_name only, and a uid finds nobody", async () => {
    const [hit] = await json("friend", "find", "0912345678");
    expect(hit).toMatchObject({
      userId: rig.lan.uid,
      uid: rig.lan.uid,
      display_name: "Lan Phạm",
      zalo_name: "Lan Phạm",
    });
    expect(hit).not.toHaveProperty("displayName");
    expect(await json("friend", "find", rig.lan.uid)).toEqual([]);
  });

  it("searches other text in the cached friends and prints JSON to a pipe", async () => {
    expect(await json("friend", "find", "lan")).toEqual([]);
    await zca("auth", "cache-refresh");
    expect((await json("friend", "find", "phạm")).map(({ userId }) => userId)).toEqual([rig.lan.uid]);
    expect(await json("friend", "find", "không có")).toEqual([]);
  });

  it("lists who is online", async () => {
    expect((await json("friend", "online", "-j"))[0]).toEqual({ userId: rig.lan.uid, status: "" });
  });

  it("lists more than 500 people, two of one name among them", async () => {
    const people = Array.from({ length: 510 }, (_, index) =>
      rig.world.addPerson({ displayName: index < 2 ? "Tuấn Anh" : `Bạn ${index}` }),
    );
    for (const person of people) rig.world.befriend(rig.bot.uid, person.uid);
    const rows = await json("friend", "list", "-j");
    expect(rows).toHaveLength(512);
    expect(rows.filter(({ displayName }) => displayName === "Tuấn Anh")).toHaveLength(2);
  });
});

describe("group (contract 6.5)", () => {
  it("lists whole group objects, a group called constructor among them", async () => {
    expect(await json("group", "list", "-j")).toMatchObject([
      {
        groupId: "7044519283300761122",
        name: "constructor",
        totalMember: 3,
        memVerList: [`${rig.bot.uid}_0`, `${rig.lan.uid}_0`, `${rig.huy.uid}_0`],
      },
    ]);
  });

  it("lists members, and refuses an unknown group", async () => {
    expect((await json("group", "members", rig.group.groupId, "-j"))[1]).toMatchObject({
      userId: rig.lan.uid,
      displayName: "Lan Phạm",
    });
    expect(await zca("group", "members", "1")).toMatchObject({ code: 1, stderr: "Error: Group not found: 1\n" });
  });

  it("prints undefined and exits 0 for the info of an unknown group", async () => {
    expect(await zca("group", "info", "1")).toMatchObject({ code: 0, stdout: "undefined\n" });
    expect((await zca("group", "info", rig.group.groupId)).stdout).toContain("groupId: '7044519283300761122'");
  });
});
