import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resolveAccount } from "../../../src/channel/account/accounts.ts";
import { hintsFor } from "../../../src/channel/hints.ts";
import type { HostConfig } from "../../fakes/host.ts";
import { audit, zalouser } from "./asking.ts";
import { decisionOn } from "./decision.ts";

const lan = "5120034498771203345";
const group = "7044519283300761122";
const stranger = { senderId: "8891200345671123490", senderName: "Người lạ" };
const wildcard = "channels.zalouser.allowFrom.wildcard";
const open = "channels.zalouser.groups.open";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-everybody-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const hints = (cfg: HostConfig, accountId = "default") => hintsFor(cfg, resolveAccount(cfg, accountId)).join("\n");

/** With a list of people elsewhere in the config that holds everybody. */
function withAccessGroup(block: object, members: object): HostConfig {
  return { ...zalouser(block), accessGroups: { "gia-dinh": { type: "message.senders", members } } } as HostConfig;
}

describe('"*" in allowFrom', () => {
  test.each([{}, { dmPolicy: "pairing" }, { dmPolicy: "allowlist" }])(
    "lets everybody write and give commands under %j, which the audit names as critical and status as a hint",
    async (policy) => {
      const cfg = zalouser({ groupPolicy: "disabled", allowFrom: [lan, " * "], ...policy });
      expect(await decisionOn(cfg, { ...stranger, text: "/status" })).toMatchObject({
        kind: "admitted",
        commandAuthorized: true,
      });
      const said = `channels.zalouser.allowFrom has "*", so dmPolicy "${policy.dmPolicy ?? "pairing"}" keeps nobody out`;
      expect((await audit(cfg))[wildcard]).toMatch(/^critical: /u);
      expect((await audit(cfg))[wildcard]).toContain(said);
      expect(hints(cfg)).toContain(said);
    },
  );

  test("is what an open policy asks for: OpenClaw names that itself, and we do not repeat it", async () => {
    const cfg = zalouser({ groupPolicy: "disabled", dmPolicy: "open", allowFrom: ["*"] });
    expect((await decisionOn(cfg, stranger)).kind).toBe("admitted");
    expect(await audit(cfg)).not.toHaveProperty([wildcard]);
    expect(hints(cfg)).toBe("");
  });

  test("lets nobody in where direct messages are switched off, and is not named", async () => {
    const cfg = zalouser({ groupPolicy: "disabled", dmPolicy: "disabled", allowFrom: ["*"] });
    expect((await decisionOn(cfg, stranger)).kind).toBe("drop");
    expect(await audit(cfg)).not.toHaveProperty([wildcard]);
    expect(hints(cfg)).toBe("");
  });

  test("is nobody behind a prefix, so nobody is warned of it", async () => {
    const cfg = zalouser({ groupPolicy: "disabled", dmPolicy: "allowlist", allowFrom: ["zalouser:*"] });
    expect((await decisionOn(cfg, stranger)).kind).toBe("drop");
    expect(await audit(cfg)).not.toHaveProperty([wildcard]);
  });

  test.each([{ zalouser: ["*"] }, { "*": ["*"] }])("counts in an access group as well: %j", async (members) => {
    const cfg = withAccessGroup({ groupPolicy: "disabled", allowFrom: ["accessGroup:gia-dinh"] }, members);
    expect((await decisionOn(cfg, stranger)).kind).toBe("admitted");
    expect((await audit(cfg))[wildcard]).toContain(
      'channels.zalouser.allowFrom has "accessGroup:gia-dinh", and accessGroups.gia-dinh has "*"',
    );
    expect(hints(cfg)).toContain("keeps nobody out");
  });

  test("of another channel's access group members is nothing to us", async () => {
    const cfg = withAccessGroup({ groupPolicy: "disabled", allowFrom: ["accessGroup:gia-dinh"] }, { telegram: ["*"] });
    expect((await decisionOn(cfg, stranger)).kind).toBe("challenge");
    expect(await audit(cfg)).not.toHaveProperty([wildcard]);
  });

  test("is named at the place where it stands, for each account that inherits it", async () => {
    const cfg = zalouser({
      groupPolicy: "disabled",
      allowFrom: ["*"],
      accounts: { work: {}, shop: { allowFrom: [lan] } },
    });
    expect((await audit(cfg, "work", ["shop", "work"]))[wildcard]).toContain("channels.zalouser.allowFrom has");
    expect(hints(cfg, "work")).toContain('account "work"');
    expect(await audit(cfg, "shop", ["shop", "work"])).not.toHaveProperty([wildcard]);
  });
});

describe("a listed group that is open to everybody in it", () => {
  const said = async (settings: object) => (await audit(zalouser(settings)))[open];

  test("is named when it answers whoever does not mention the account, while the others want a mention", async () => {
    const cfg = zalouser({ groupPolicy: "open", groups: { [group]: { requireMention: false } } });
    const unmentioned = await decisionOn(cfg, { ...stranger, groupId: group, text: "mấy giờ họp?" });
    expect(unmentioned.kind).toBe("admitted");
    const finding = (await audit(cfg))[open];
    expect(finding).toMatch(/^critical: /u);
    expect(finding).toContain(`channels.zalouser.groups.${group} answers everybody in that group, without a mention`);
  });

  test('is named when its own "*" undoes a list of people', async () => {
    const settings = { groupPolicy: "open", groupAllowFrom: [lan], groups: { [group]: { allowFrom: ["*"] } } };
    expect((await decisionOn(zalouser(settings), { ...stranger, groupId: group })).kind).toBe("admitted");
    expect(await said(settings)).toBe(
      `warn: channels.zalouser.groups.${group} answers everybody in that group who mentions the account: channels.zalouser.groups.${group}.allowFrom has "*".`,
    );
  });

  test("is named under an allowlist, too, and as critical when it wants no mention", async () => {
    const groups = { "Gia đình": { allowFrom: ["*"], requireMention: false }, [group]: { allowFrom: [lan] } };
    expect(await said({ groupPolicy: "allowlist", groups })).toBe(
      'critical: channels.zalouser.groups.Gia đình answers everybody in that group, without a mention: channels.zalouser.groups.Gia đình.allowFrom has "*".',
    );
  });

  test('is named when the "*" stands in groupAllowFrom, or in an access group', async () => {
    const settings = { groupPolicy: "allowlist", groups: { [group]: {} } };
    expect(await said({ ...settings, groupAllowFrom: ["*"] })).toContain('channels.zalouser.groupAllowFrom has "*"');
    const cfg = withAccessGroup({ ...settings, groupAllowFrom: ["accessGroup:gia-dinh"] }, { zalouser: ["*"] });
    expect((await audit(cfg))[open]).toContain('accessGroups.gia-dinh has "*"');
  });

  test("is not named a second time beside all groups, when it is as open as they are", async () => {
    const finding = await said({ groupPolicy: "open", groups: { [group]: { allowFrom: ["*"] } } });
    expect(finding).toContain('channels.zalouser.groupPolicy is "open"');
    expect(finding).not.toContain(group);
  });

  test.each([
    { groupPolicy: "open", groupAllowFrom: [lan], groups: { [group]: { requireMention: false } } },
    { groupPolicy: "open", groupAllowFrom: [lan], groups: { [group]: { allowFrom: ["*"], allow: false } } },
    { groupPolicy: "disabled", groups: { [group]: { allowFrom: ["*"] } } },
    { groupPolicy: "allowlist", groups: { [group]: { requireMention: false, allowFrom: ["zalouser:*"] } } },
  ])("is not named where only listed people may write, or nobody: %j", async (settings) => {
    expect(await said(settings)).toBeUndefined();
  });

  test("is named at the root, where an account inherits its groups", async () => {
    const groups = { [group]: { allowFrom: ["*"] } };
    const cfg = zalouser({ groupPolicy: "allowlist", groups, accounts: { work: {} } });
    expect((await audit(cfg, "work"))[open]).toContain(`channels.zalouser.groups.${group}.allowFrom has "*"`);
  });
});
