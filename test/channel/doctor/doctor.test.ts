import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { resolveAccount } from "../../../src/channel/account/accounts.ts";
import { hadOfficialPlugin } from "../../../src/channel/account/former.ts";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { hintsFor } from "../../../src/channel/hints.ts";
import { writeNameBook } from "../../../src/channel/names/book.ts";
import { nameWishes } from "../../../src/channel/names/wishes.ts";
import { cached } from "../../../src/channel/operate/directory-cache.ts";
import { setupPlugin } from "../../../src/channel/setup-plugin.ts";
import { audit, blockOf, fix, repaired, warnings, zalouser } from "./asking.ts";

const lan = "5120034498771203345";
const group = "7044519283300761122";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-doctor-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function logIn(accountId = "default"): void {
  openAccountState(accountId).login.write({ uid: "3300912847765512008", atMs: 1, byLogin: true });
}

describe("doctor", () => {
  test("finds nothing to do in a config of ours, and nothing at all without one", async () => {
    for (const cfg of [
      {},
      zalouser({ groupPolicy: "allowlist", groups: { [group]: { allow: true } }, allowFrom: [lan] }),
    ])
      expect(await repaired(cfg)).toEqual({ block: blockOf(cfg), changes: [] });
    expect(await warnings({})).toBe("");
  });

  test("writes down a policy that only follows from entries, at the account it concerns", async () => {
    const cfg = zalouser({ accounts: { work: { groups: { [group]: { allow: true } } } } });
    expect(await warnings(cfg)).toContain(
      `channels.zalouser.accounts.work.groupPolicy is unset and works as "allowlist"`,
    );
    expect((await repaired(cfg)).block).toEqual({
      accounts: { work: { groups: { [group]: { allow: true } }, groupPolicy: "allowlist" } },
    });
  });

  test("moves openzalo's groups out of the list of people, those it can tell", async () => {
    logIn();
    await cached("default", "groups", z.array(z.object({ id: z.string(), name: z.string() })), async () => [
      { id: `group:${group}`, name: "Gia đình" },
    ]);
    const cfg = zalouser({ groupPolicy: "allowlist", groupAllowFrom: [group, "g-7044519283300769999", lan] });
    const { block, changes } = await repaired(cfg);
    expect(block).toEqual({
      groupPolicy: "allowlist",
      groupAllowFrom: [lan],
      groups: { [group]: { allow: true }, "7044519283300769999": { allow: true } },
    });
    expect(changes).toHaveLength(1);
  });

  test("leaves them where they are under an open policy, where moving them would open every group", async () => {
    const cfg = zalouser({ groupPolicy: "open", groupAllowFrom: [`group:${group}`] });
    expect(await repaired(cfg)).toEqual({ block: blockOf(cfg), changes: [] });
  });

  test("removes openzalo's settings and closes a group whose rules by sender would be lost", async () => {
    const cfg = zalouser({
      acpx: { enabled: true },
      threadBindings: {},
      groupPolicy: "allowlist",
      groups: { [group]: { enabled: true, toolsBySender: { [lan]: { deny: ["exec"] } } } },
    });
    expect(await warnings(cfg)).toContain("[CONFIG_INVALID]");
    const { block, changes } = await repaired(cfg);
    expect(block).toEqual({ groupPolicy: "allowlist", groups: { [group]: { enabled: true, allow: false } } });
    expect(changes).toHaveLength(3);
  });

  test("proposes all that --fix does, also what can be told only once a foreign setting is gone", async () => {
    const cfg = zalouser({ groupPolicy: "allowlist", groupAllowFrom: [`group:${group}`], threadBindings: {} });
    const told = await warnings(cfg);
    const { changes } = await repaired(cfg);
    expect(changes).toHaveLength(2);
    for (const change of changes) expect(told).toContain(`${change} (${fix} does it)`);
  });

  test("puts a pinned id in place of a name, but not into a list that accounts share", async () => {
    logIn();
    const answer = { kind: "pinned", id: lan, name: "Lan Phạm", rivals: [] } as const;
    writeNameBook("default", {
      uid: "3300912847765512008",
      entries: [{ kind: "person", key: "lan phạm", answer }],
      listings: { person: {}, group: {} },
    });
    const alone = zalouser({ allowFrom: ["Lan Phạm"] });
    expect((await repaired(alone)).block).toEqual({ allowFrom: [lan] });
    const inGroup = (who: string) => ({
      groupPolicy: "allowlist",
      groups: { [group]: { requireMention: false, allowFrom: [who] }, "*": { allow: false } },
    });
    expect((await repaired(zalouser(inGroup("Lan Phạm")))).block).toEqual(inGroup(lan));
    const shared = zalouser({ allowFrom: ["Lan Phạm"], defaultAccount: "default", accounts: { work: {} } });
    expect((await repaired(shared)).changes).toEqual([]);
  });

  test("tells of contradictions and of a second listener on the same profile, without touching either", async () => {
    const cfg = zalouser(
      { groupPolicy: "allowlist", groups: { [group]: { allow: true, enabled: false } } },
      { openzalo: { enabled: true } },
    );
    const told = await warnings(cfg);
    expect(told).toContain("allow and enabled differently: the group is closed");
    expect(told).toContain('listen with the same zca profile "default" and evict each other');
    expect((await repaired(cfg)).changes).toEqual([]);
  });

  test("names the entries that are names", async () => {
    const cfg = zalouser({ allowFrom: ["Lan Phạm"] });
    const lines = (await setupPlugin.doctor?.collectMutableAllowlistWarnings?.({ cfg })) ?? [];
    expect(lines.join("\n")).toContain('"Lan Phạm" in channels.zalouser.allowFrom');
  });
});

describe("after the official plugin", () => {
  beforeEach(() => {
    const credentials = path.join(folder, "credentials", "zalouser");
    mkdirSync(credentials, { recursive: true });
    writeFileSync(path.join(credentials, "credentials-work.json"), "{}");
  });

  test("an unset group policy stays the allowlist it was, over channels.defaults too, and doctor writes it down", async () => {
    const cfg = zalouser({ allowFrom: [lan] }, { defaults: { groupPolicy: "open" } });
    expect(hintsFor(cfg, resolveAccount(cfg, "default")).join("\n")).toContain('there that means "allowlist"');
    const { block } = await repaired(cfg);
    expect(block).toEqual({ allowFrom: [lan], groupPolicy: "allowlist" });
    const fixed = zalouser(Object(block));
    expect(hintsFor(fixed, resolveAccount(fixed, "default")).join("\n")).not.toContain("official");
  });

  test("names count only where the operator had opted in, and status says so", () => {
    const named = zalouser({ groupPolicy: "disabled", allowFrom: ["Lan Phạm"] });
    expect(nameWishes(resolveAccount(named, "default"))).toEqual([]);
    expect(hintsFor(named, resolveAccount(named, "default")).join("\n")).toContain("stand for nobody");
    const optedIn = zalouser({ groupPolicy: "disabled", allowFrom: ["Lan Phạm"], dangerouslyAllowNameMatching: true });
    expect(nameWishes(resolveAccount(optedIn, "default"))).toHaveLength(1);
    expect(hintsFor(optedIn, resolveAccount(optedIn, "default"))).toEqual([]);
  });
});

test("the official plugin's login is known by its rows in the host's database, too", () => {
  const state = path.join(folder, "other");
  mkdirSync(path.join(state, "state"), { recursive: true });
  const database = new DatabaseSync(path.join(state, "state", "openclaw.sqlite"));
  database.exec("CREATE TABLE plugin_state_entries (plugin_id TEXT, namespace TEXT, entry_key TEXT, value_json TEXT)");
  database.exec("INSERT INTO plugin_state_entries VALUES ('zalouser', 'credentials', 'profile:x', '{}')");
  database.close();
  expect(hadOfficialPlugin(state)).toBe(true);
  expect(hadOfficialPlugin(path.join(folder, "fresh"))).toBe(false);
});

describe("security audit", () => {
  test("says that message text is visible in the process list, once", async () => {
    const cfg = zalouser({ groupPolicy: "disabled", accounts: { work: {}, shop: {} } });
    expect(Object.keys(await audit(cfg, "shop", ["shop", "work"]))).toEqual(["channels.zalouser.process_list"]);
    expect(await audit(cfg, "work", ["shop", "work"])).toEqual({});
  });

  test.each([
    [{}, "warn"],
    [{ groupPolicy: "open" }, "warn"],
    [{ groupPolicy: "open", groups: { "*": { requireMention: false } } }, "critical"],
    [{ groupPolicy: "allowlist", groups: { "*": {} } }, "warn"],
    [{ groupPolicy: "allowlist", groups: { [group]: {} } }, undefined],
    [{ groupPolicy: "open", groupAllowFrom: [lan] }, undefined],
    [{ groupPolicy: "open", groups: { "*": { allowFrom: [lan] } } }, undefined],
    [{ groupPolicy: "open", groups: { "*": { allowFrom: ["*"] } }, groupAllowFrom: [lan] }, "warn"],
    [{ groupPolicy: "open", groups: { "Gia đình": { allow: false } } }, "warn"],
    [{ groupPolicy: "disabled" }, undefined],
  ])("names groups that are open: %j", async (settings, severity) => {
    const finding = (await audit(zalouser(settings)))["channels.zalouser.groups.open"];
    expect(finding?.split(":")[0]).toBe(severity);
  });

  test("names entries that are names, and what they stand for", async () => {
    const found = await audit(zalouser({ groupPolicy: "disabled", allowFrom: ["Lan Phạm", lan] }));
    expect(found["channels.zalouser.name_entries"]).toContain(
      '"Lan Phạm" in channels.zalouser.allowFrom (stands for nobody)',
    );
  });

  test("names ids that several accounts let in, for they are somebody else for each", async () => {
    const cfg = zalouser({ groupPolicy: "disabled", allowFrom: [lan], accounts: { work: {}, shop: {} } });
    const found = await audit(cfg, "shop", ["shop", "work"]);
    expect(found["channels.zalouser.allowlist_shared"]).toContain(`${lan} may write to the accounts "shop" and "work"`);
    const apart = zalouser({
      groupPolicy: "disabled",
      accounts: { work: { allowFrom: [lan] }, shop: { allowFrom: [group] } },
    });
    expect(Object.keys(await audit(apart, "shop", ["shop", "work"]))).toEqual(["channels.zalouser.process_list"]);
    const inGroup = { groups: { [group]: { allowFrom: [lan] } } };
    const byGroup = zalouser({ groupPolicy: "disabled", accounts: { work: inGroup, shop: inGroup } });
    expect(await audit(byGroup, "shop", ["shop", "work"])).toHaveProperty(["channels.zalouser.allowlist_shared"]);
  });
});
