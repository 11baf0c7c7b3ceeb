import { describe, expect, test } from "vitest";
import { leftOutOfOpenzalo } from "../../../src/channel/doctor/openzalo-left-out.ts";
import { fromOpenzalo } from "../../../src/channel/doctor/openzalo.ts";

const lan = "5120034498771203345";
const family = "7044519283300761122";

describe("taking openzalo's settings over", () => {
  test("keeps the ids of people in every spelling that openzalo compares, and no other entry", () => {
    const allowFrom = [
      lan,
      ` ZLU:${lan} `,
      `openzalo:${lan}`,
      "openzalo:*",
      "Nguyễn Anh Tuấn",
      `user:${lan}`,
      `dm:${lan}`,
      `u:${lan}`,
      `ozl:${lan}`,
      `zalouser:${lan}`,
      `openzalo:user:${lan}`,
      "accessGroup:gia-dinh",
      "",
    ];
    expect(fromOpenzalo({ allowFrom })?.allowFrom).toEqual([lan, lan, lan, "*"]);
  });

  test("keeps the ids of groups in every spelling that openzalo compares, and no group by name", () => {
    const groupAllowFrom = [`OPENZALO:G-${family}1`, `group:${family}2`, "Gia đình", `thread:${family}3`];
    const groups = { [`g:${family}4`]: {}, [`G:${family}5`]: {}, [` ${family}6`]: {}, "Họp lớp": { enabled: false } };
    expect(fromOpenzalo({ groupAllowFrom, groups })?.groups).toEqual({
      [`${family}1`]: { allow: true },
      [`${family}2`]: { allow: true },
      [`${family}4`]: { allow: true },
    });
  });

  test("closes a group, and every group under *, when only names might write there", () => {
    const groups = { [family]: { allowFrom: ["Lan Phạm"] }, "*": { allowFrom: ["Nguyễn Anh Tuấn"] } };
    expect(fromOpenzalo({ groupPolicy: "open", groups })?.groups).toEqual({
      [family]: { allow: false },
      "*": { allow: false },
    });
    expect(fromOpenzalo({ groupAllowFrom: [family], groups: { "*": { allowFrom: ["Lan Phạm"] } } })?.groups).toEqual({
      [family]: { allow: false },
      "*": { allow: false },
    });
  });

  test("keeps groups switched off where channels.defaults has switched them off", () => {
    const old = { groupAllowFrom: [family], accounts: { work: {}, shop: { groupPolicy: "allowlist" } } };
    expect(fromOpenzalo(old, "disabled")?.accounts).toMatchObject({
      work: { groupPolicy: "disabled" },
      shop: { groupPolicy: "allowlist" },
    });
    expect(fromOpenzalo({ groupAllowFrom: [family] })?.groupPolicy).toBe("allowlist");
  });

  test("makes no account of a defaultAccount without a block, which would run on rules nobody wrote", () => {
    expect(fromOpenzalo({ defaultAccount: "nhà", accounts: { work: {} } })).not.toHaveProperty("defaultAccount");
    expect(fromOpenzalo({ defaultAccount: "Work", accounts: { work: {} } })).toHaveProperty("defaultAccount", "Work");
  });
});

describe("the owner is told what is left out of openzalo's lists", () => {
  test("by its path there, why, and where an id would go here", () => {
    const [line, ...others] = leftOutOfOpenzalo({ allowFrom: ["Lan Phạm", lan, `dm:${lan}`] });
    expect(others).toEqual([]);
    expect(line).toBe(
      `Left out of channels.openzalo.allowFrom: "Lan Phạm", "dm:${lan}". There only ids count, so this let nobody in. If it was meant to, put the id into channels.zalouser.allowFrom, from \`openclaw directory peers list --channel zalouser\`.`,
    );
  });

  test("with the account it concerns, and groups in the place they have here", () => {
    const work = {
      groupAllowFrom: ["Gia đình"],
      groups: { "Họp lớp": {}, [`group:${family}`]: { allowFrom: ["Hà"] } },
    };
    const told = leftOutOfOpenzalo({ allowFrom: ["Lan Phạm"], accounts: { work } }).join("\n");
    expect(told).toContain("put the id into channels.zalouser.accounts.<id>.allowFrom");
    expect(told).toContain('channels.openzalo.accounts.work.groupAllowFrom: "Gia đình"');
    expect(told).toContain("put the id into channels.zalouser.accounts.work.groups,");
    expect(told).toContain('channels.openzalo.accounts.work.groups: "Họp lớp"');
    expect(told).toContain(`put the id into channels.zalouser.accounts.work.groups.${family}.allowFrom`);
    expect(told).toContain("Nobody is left in that list, so the group is closed (allow: false).");
  });

  test("and nothing when every entry is an id", () => {
    const groups = { [family]: { allowFrom: [lan, "*"] }, "*": {} };
    expect(leftOutOfOpenzalo({ allowFrom: [lan], groupAllowFrom: [`g-${family}`], groups })).toEqual([]);
    expect(leftOutOfOpenzalo({ allowFrom: "everybody" })).toEqual([]);
  });
});
