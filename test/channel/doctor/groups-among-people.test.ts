import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { cached } from "../../../src/channel/operate/directory-cache.ts";
import type { HostConfig } from "../../fakes/host.ts";
import { blockOf, repaired, warnings, zalouser } from "./asking.ts";

const lan = "5120034498771203345";
const group = "7044519283300761122";
const other = "7044519283300769999";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-groups-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function unchanged(cfg: HostConfig): Promise<void> {
  expect(await repaired(cfg)).toEqual({ block: blockOf(cfg), changes: [] });
}

describe("doctor takes for a group only what is one", () => {
  test.each([
    ["a person's id behind the channel's name", `zalouser:${lan}`],
    ["the same behind the alias", `zlu:${lan}`],
    ["a person whose name begins like a group", "G-Dragon"],
    ["another such name", "g:Nguyễn Anh Tuấn"],
    ["a name behind group:", "group:Gia đình"],
    ["digits too short for an id", "g-1234"],
  ])("%s stays where it is: %s", async (_what, entry) => {
    await unchanged(zalouser({ groupPolicy: "allowlist", groupAllowFrom: [entry] }));
    await unchanged(
      zalouser({ groupPolicy: "allowlist", groupAllowFrom: [entry], groups: { [group]: { allow: true } } }),
    );
  });

  test.each([`group:${group}`, `G:${group}`, `g-${group}`, `zalouser:group:${group}`, `openzalo:g-${group}`])(
    "%s is a group, and the people beside it stay",
    async (entry) => {
      const cfg = zalouser({ groupPolicy: "allowlist", groupAllowFrom: [entry, `zalouser:${lan}`, "G-Dragon"] });
      expect((await repaired(cfg)).block).toEqual({
        groupPolicy: "allowlist",
        groupAllowFrom: [`zalouser:${lan}`, "G-Dragon"],
        groups: { [group]: { allow: true } },
      });
    },
  );

  test("digits behind the channel's name are a group when the account's group list knows them", async () => {
    openAccountState("default").login.write({ uid: "3300912847765512008", atMs: 1, byLogin: true });
    await cached("default", "groups", z.array(z.object({ id: z.string(), name: z.string() })), async () => [
      { id: `group:${group}`, name: "Gia đình" },
    ]);
    const cfg = zalouser({ groupPolicy: "allowlist", groupAllowFrom: [`zalouser:${group}`, `zalouser:${lan}`] });
    expect((await repaired(cfg)).block).toMatchObject({
      groupAllowFrom: [`zalouser:${lan}`],
      groups: { [group]: { allow: true } },
    });
  });
});

describe("doctor does not open by moving groups", () => {
  test("groups that are listed already, when nobody would be left in the list of people", async () => {
    const cfg = zalouser({
      groupPolicy: "allowlist",
      groupAllowFrom: [`group:${group}`],
      groups: { [other]: { allow: true } },
    });
    await unchanged(cfg);
    const told = await warnings(cfg);
    expect(told).toContain(`channels.zalouser.groupAllowFrom of the account "default" names groups (${group})`);
    expect(told).toContain("everybody could write in the groups of channels.zalouser.groups");
  });

  test("groups that the account inherits, either", async () => {
    const cfg = zalouser({
      groups: { [other]: { allow: true } },
      accounts: { work: { groupPolicy: "allowlist", groupAllowFrom: [`group:${group}`] } },
    });
    await unchanged(cfg);
    expect(await warnings(cfg)).toContain(`channels.zalouser.accounts.work.groupAllowFrom of the account "work"`);
  });

  test('a group that a closed "*" keeps shut', async () => {
    const cfg = zalouser({
      groupPolicy: "allowlist",
      groupAllowFrom: [`group:${group}`, lan],
      groups: { "*": { enabled: false } },
    });
    await unchanged(cfg);
    expect(await warnings(cfg)).toContain("channels.zalouser.groups.* closes every group");
  });

  test("accounts that share the list", async () => {
    const shared = { groupPolicy: "allowlist", groupAllowFrom: [`group:${group}`], defaultAccount: "default" };
    const cfg = zalouser({ ...shared, accounts: { work: { groups: { [other]: { allow: true } } } } });
    await unchanged(cfg);
    expect(await warnings(cfg)).toContain('other accounts use the list, too ("work")');
  });

  test("a group that is listed as closed, under whatever spelling", async () => {
    const cfg = zalouser({
      groupPolicy: "allowlist",
      groupAllowFrom: [`group:${group}`, lan],
      groups: { [`group:${group}`]: { allow: false } },
    });
    expect((await repaired(cfg)).block).toEqual({
      groupPolicy: "allowlist",
      groupAllowFrom: [lan],
      groups: { [`group:${group}`]: { allow: false } },
    });
  });

  test("what an account inherits about groups, which groups of its own would replace", async () => {
    const root = { groupPolicy: "allowlist", groups: { [group]: { allow: false }, "*": { allowFrom: [lan] } } };
    const groupAllowFrom = [`group:${group}`, `group:${other}`, "Lan Phạm"];
    const cfg = zalouser({ ...root, accounts: { work: { groupAllowFrom } } });
    expect((await repaired(cfg)).block).toEqual({
      ...root,
      accounts: { work: { groupAllowFrom: ["Lan Phạm"], groups: { ...root.groups, [other]: { allow: true } } } },
    });
  });
});

describe("doctor moves groups only under the policy that needs them listed", () => {
  const mixed = { groupAllowFrom: [`group:${group}`, lan] };

  test("not where the channel's root has switched groups off", async () => {
    await unchanged(zalouser({ groupPolicy: "disabled", accounts: { work: mixed } }));
  });

  test("not where channels.defaults has switched groups off", async () => {
    await unchanged(zalouser(mixed, { defaults: { groupPolicy: "disabled" } }));
  });

  test("not where the channel's root leaves groups open", async () => {
    await unchanged(zalouser({ groupPolicy: "open", accounts: { work: mixed } }));
  });

  test("and leaves an inherited policy where it is said, without saying it again", async () => {
    const moved = { groupAllowFrom: [lan], groups: { [group]: { allow: true } } };
    expect((await repaired(zalouser({ groupPolicy: "allowlist", accounts: { work: mixed } }))).block).toEqual({
      groupPolicy: "allowlist",
      accounts: { work: moved },
    });
    const byDefaults = zalouser(mixed, { defaults: { groupPolicy: "allowlist" } });
    expect((await repaired(byDefaults)).block).toEqual(moved);
  });

  test("and writes the policy down that only follows from the entries", async () => {
    expect(await repaired(zalouser(mixed))).toMatchObject({
      block: { groupPolicy: "allowlist", groupAllowFrom: [lan], groups: { [group]: { allow: true } } },
      changes: [expect.stringContaining("channels.zalouser.groupAllowFrom names groups")],
    });
  });
});
