import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nameTable } from "../../../src/channel/names/report.ts";
import { settingsById } from "../../../src/channel/names/settings.ts";
import { resolveGroupRule } from "../../../src/policy/index.ts";
import { plugin } from "../../../src/channel/plugin.ts";
import { namesRig, type NamesRig } from "./rig.ts";

const lan = "5120034498771203345";
const work = "7044519283300761122";
const family = "7044519283300761199";
const strangers = "7044519283300761777";

let rig: NamesRig;

beforeEach(() => {
  rig = namesRig();
  rig.people = [[lan, "Lan Phạm"]];
  rig.groups = [
    [work, "Nhóm Làm Việc"],
    [family, "Gia đình 👨‍👩‍👧"],
  ];
});

afterEach(() => rig.dispose());

function rule(groupId: string) {
  return resolveGroupRule({
    groupId,
    ...settingsById(rig.account()),
    configured: true,
    configPath: "channels.zalouser",
  });
}

describe("groups by name", () => {
  test("have the settings of their entry, and are named in reports as the operator typed them", async () => {
    rig.config = { groups: { "nhóm làm việc": { requireMention: false }, "Gia đình 👨‍👩‍👧": { allow: false } } };
    expect(rule(work)).toMatchObject({ allowed: false, reason: "group_not_listed" });
    await rig.once();
    expect(rule(work)).toMatchObject({ allowed: true, reason: "group_listed", requireMention: false });
    expect(rule(family)).toMatchObject({
      allowed: false,
      configPath: "channels.zalouser.groups.Gia đình 👨‍👩‍👧.allow",
    });
    expect(rule(strangers)).toMatchObject({ allowed: false, reason: "group_not_listed" });
  });

  test("yield to an entry by id, with or without a prefix", async () => {
    rig.config = {
      groups: { "Nhóm Làm Việc": { allow: false }, [`zalouser:group:${work}`]: { requireMention: false } },
    };
    await rig.once();
    expect(rule(work)).toMatchObject({ allowed: true, requireMention: false });
    rig.config = { groups: { [`group:${work}`]: {}, "Nhóm Làm Việc": {}, [work]: { enabled: false } } };
    expect(rule(work)).toMatchObject({ allowed: false, reason: "group_not_enabled" });
  });

  test("that are two names of one group: the one that closes it counts", async () => {
    rig.config = { groups: { "Nhóm Làm Việc": {} } };
    await rig.once();
    rig.groups = [[work, "Nhóm Mới"]];
    rig.config = { groups: { "Nhóm Làm Việc": {}, "Nhóm Mới": { allow: false } } };
    await rig.once();
    expect(rule(work)).toMatchObject({ allowed: false });
  });

  test("may be called like a property of every object, and open no other group", async () => {
    rig.groups.push(["7044519283300761001", "constructor"], ["7044519283300761002", "__proto__"]);
    const groups: unknown = JSON.parse('{"constructor":{},"__proto__":{"requireMention":false},"toString":{}}');
    rig.config = { groups };
    await rig.once();
    expect(rule("7044519283300761001")).toMatchObject({ allowed: true, requireMention: true });
    expect(rule("7044519283300761002")).toMatchObject({ allowed: true, requireMention: false });
    expect(rule(work)).toMatchObject({ allowed: false, requireMention: true });
    expect(rig.settings().groups).not.toHaveProperty(work);
  });

  test("that stand for nobody still mean that only listed groups get in", async () => {
    rig.config = { groups: { "Không Có": {} } };
    await rig.once();
    expect(rule(work)).toMatchObject({ policy: "allowlist", source: "entries", allowed: false });
  });

  test("that fit two groups let neither in", async () => {
    rig.groups.push([strangers, "Nhóm Làm Việc"]);
    rig.config = { groups: { "Nhóm Làm Việc": {} } };
    await rig.once();
    expect([rule(work).allowed, rule(strangers).allowed]).toEqual([false, false]);
    expect(rig.hints().join()).toContain(`fits group ${work} ("Nhóm Làm Việc") and group ${strangers}`);
  });

  test.each([{ allow: false }, { enabled: false }, { tools: { deny: ["exec"] } }])(
    "that fit two groups and hold one back (%j) close both: it cannot be told which was meant",
    async (entry) => {
      rig.groups.push([strangers, "Nhóm Làm Việc"]);
      rig.config = { groupPolicy: "open", groups: { "Nhóm Làm Việc": entry } };
      await rig.once();
      expect([rule(work).allowed, rule(strangers).allowed, rule(family).allowed]).toEqual([false, false, true]);
    },
  );
});

describe("a rule that holds a group back by a name nobody knows", () => {
  const closed = { allowed: false, reason: "group_name_unresolved" };
  const lax = { "*": { requireMention: false } };

  test.each([
    ["allow: false", { "Gia đình 👨‍👩‍👧": { allow: false } }],
    ["enabled: false", { "Gia đình 👨‍👩‍👧": { enabled: false } }],
    ["fewer tools", { "Gia đình 👨‍👩‍👧": { tools: { deny: ["exec"] } } }],
    ["a mention where others need none", { "Gia đình 👨‍👩‍👧": { requireMention: true }, ...lax }],
  ])(
    "closes every group without an entry by id (%s) until the list was read, and only its own from then on",
    async (_, groups) => {
      rig.before = async () => Promise.reject(new Error("mạng hỏng"));
      rig.config = { groupPolicy: "open", groups: { ...groups, [work]: { allow: true } } };
      expect(rule(family)).toMatchObject(closed);
      await rig.once();
      expect(rule(family)).toMatchObject({ ...closed, configPath: "channels.zalouser.groups.Gia đình 👨‍👩‍👧" });
      expect([rule(strangers).allowed, rule(work).allowed]).toEqual([false, true]);
      expect(rig.hints().join("\n")).toMatch(
        /group_name_unresolved.*"Gia đình 👨‍👩‍👧" in channels\.zalouser\.groups.*directory groups list/u,
      );
      rig.before = async () => undefined;
      await rig.clock.advance(7 * 3_600_000);
      await rig.once();
      expect(rule(strangers)).toMatchObject({ allowed: true });
      expect(rule(family).reason).not.toBe("group_name_unresolved");
      expect(rig.hints().join()).not.toContain("group_name_unresolved");
    },
  );

  test("closes them as long as the name fits no group, and when it has invisible characters", async () => {
    rig.config = { groupPolicy: "open", groups: { "Không Có": { allow: false } } };
    await rig.once();
    expect(rule(family)).toMatchObject(closed);
    rig.config = { groupPolicy: "open", groups: { "Gia\u200B đình": { allow: false } } };
    await rig.once();
    expect(rule(family)).toMatchObject(closed);
  });

  test("closes them when the name fits more groups than are kept, and both when it fits two that need a mention", async () => {
    const many = Array.from({ length: 6 }, (_, index) => String(7_044_519_283_300_700 + index));
    rig.groups.push(...many.map((id) => [id, "Lớp 12A"] as const));
    rig.config = { groupPolicy: "open", groups: { "Lớp 12A": { allow: false } } };
    await rig.once();
    expect(many.map((id) => rule(id).allowed)).toEqual(many.map(() => false));
    rig.groups.push([strangers, "Nhóm Làm Việc"]);
    rig.config = { groupPolicy: "open", groups: { "Nhóm Làm Việc": { requireMention: true }, ...lax } };
    await rig.once();
    expect([rule(work).allowed, rule(strangers).allowed, rule(family).allowed]).toEqual([false, false, true]);
  });

  test("closes nothing when it restricts nothing, and says nothing where groups are closed anyway", async () => {
    rig.config = { groupPolicy: "open", groups: { "Không Có": { requireMention: true }, "Cũng Không": {} } };
    await rig.once();
    expect(rule(family)).toMatchObject({ allowed: true });
    rig.config = { groupPolicy: "allowlist", groups: { "Không Có": { allow: false } } };
    expect(rule(family)).toMatchObject({ reason: "group_not_listed" });
    expect(rig.hints().join()).not.toContain("group_name_unresolved");
  });
});

test("commands, doctor and tools see ids, too", async () => {
  rig.config = {
    dmPolicy: "allowlist",
    allowFrom: ["Lan Phạm", "*"],
    groups: { "Nhóm Làm Việc": { requireMention: false, tools: { deny: ["exec"] } } },
  };
  await rig.once();
  const cfg = { channels: { zalouser: rig.config } } as Parameters<typeof plugin.config.resolveAccount>[0];
  const about = { cfg, accountId: "default" };
  expect(plugin.config.resolveAllowFrom?.(about)).toEqual([lan, "*"]);
  expect(plugin.security?.resolveDmPolicy?.({ ...about, account: rig.account() })?.allowFrom).toEqual([lan, "*"]);
  expect(plugin.groups?.resolveRequireMention?.({ ...about, groupId: work })).toBe(false);
  expect(plugin.groups?.resolveToolPolicy?.({ ...about, groupId: work })).toEqual({ deny: ["exec"] });
});

test("status lists every name with its state", async () => {
  rig.config = { allowFrom: ["Lan Phạm", "Không Ai", "La\u200Bn"], groups: { "Nhóm Làm Việc": {} } };
  expect(nameTable(rig.account()).map(({ state }) => state)).toEqual(["waiting", "waiting", "refused", "waiting"]);
  await rig.once();
  expect(nameTable(rig.account())).toEqual([
    { name: "Lan Phạm", kind: "person", paths: ["channels.zalouser.allowFrom"], state: "pinned", id: lan },
    { name: "Không Ai", kind: "person", paths: ["channels.zalouser.allowFrom"], state: "unknown" },
    { name: "La\\u{200b}n", kind: "person", paths: ["channels.zalouser.allowFrom"], state: "refused" },
    { name: "Nhóm Làm Việc", kind: "group", paths: ["channels.zalouser.groups"], state: "pinned", id: work },
  ]);
});

test("a block with a fault is left alone", () => {
  rig.config = { allowFrom: 7, groups: [] };
  expect(rig.settings()).toMatchObject({ allowFrom: 7 });
  expect(rig.hints()).toEqual([]);
});

test("2,000 friends and 500 groups are matched within one listing call each", async () => {
  rig.people = Array.from({ length: 2000 }, (_, index) => [String(10_000_000 + index), `Nguyễn Văn ${index} 🙂`]);
  rig.groups = Array.from({ length: 500 }, (_, index) => [String(20_000_000 + index), `Lớp ${index}`]);
  rig.config = {
    allowFrom: rig.people.map(([, name]) => name ?? ""),
    groups: Object.fromEntries(rig.groups.map(([, name]) => [name, {}])),
  };
  await rig.once();
  expect(rig.settings().allowFrom).toEqual(rig.people.map(([id]) => id));
  expect(rig.listed).toEqual(["person", "group"]);
});
