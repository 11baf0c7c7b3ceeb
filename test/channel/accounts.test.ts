import { describe, expect, test } from "vitest";
import { defaultAccountId, listAccountIds, resolveAccount } from "../../src/channel/account/accounts.ts";

type Config = Parameters<typeof resolveAccount>[0];
const channel = (zalouser: object, channels: object = {}) => ({ channels: { ...channels, zalouser } }) as Config;

describe("without a config", () => {
  test("there is one account, not configured and without fault, so that a login can come first", () => {
    const account = resolveAccount({});
    expect(listAccountIds({})).toEqual(["default"]);
    expect(account).toMatchObject({ accountId: "default", profile: "default", configured: false, fault: undefined });
  });
});

describe("several accounts", () => {
  test("the mission's example runs the default account and work, each on its own profile", () => {
    const cfg = channel({
      enabled: true,
      defaultAccount: "default",
      accounts: { work: { enabled: true, profile: "work" } },
    });
    expect(listAccountIds(cfg)).toEqual(["default", "work"]);
    expect(defaultAccountId(cfg)).toBe("default");
    expect(resolveAccount(cfg, "default")).toMatchObject({ profile: "default", fault: undefined });
    expect(resolveAccount(cfg, "work")).toMatchObject({ profile: "work", fault: undefined });
  });

  test("root settings are inherited, an account's own win", () => {
    const cfg = channel({
      dmPolicy: "allowlist",
      allowFrom: ["5120034498771203345"],
      accounts: { a: {}, b: { dmPolicy: "disabled" } },
    });
    expect(resolveAccount(cfg, "a").settings).toMatchObject({
      dmPolicy: "allowlist",
      allowFrom: ["5120034498771203345"],
    });
    expect(resolveAccount(cfg, "b").settings.dmPolicy).toBe("disabled");
    expect(resolveAccount(cfg, "b").configPath).toBe("channels.zalouser.accounts.b");
  });

  test("the root profile belongs to the default account only", () => {
    const cfg = channel({ profile: "main", defaultAccount: "default", accounts: { work: {} } });
    expect(resolveAccount(cfg, "default").profile).toBe("main");
    expect(resolveAccount(cfg, "work").profile).toBe("work");
  });

  test("two accounts on one profile are both refused, each naming both", () => {
    const cfg = channel({ accounts: { shop: { profile: "p1" }, work: { profile: "p1" }, other: {} } });
    for (const id of ["shop", "work"]) {
      const { fault } = resolveAccount(cfg, id);
      expect(fault?.code).toBe("CONFIG_PROFILE_SHARED");
      expect(fault?.message).toContain('"shop" and "work"');
    }
    expect(resolveAccount(cfg, "other").fault).toBeUndefined();
  });

  test("a disabled account holds no profile", () => {
    const cfg = channel({ accounts: { shop: { profile: "p1", enabled: false }, work: { profile: "p1" } } });
    expect(resolveAccount(cfg, "work").fault).toBeUndefined();
  });

  test("a fault of one account leaves the others alone", () => {
    const cfg = channel({ accounts: { shop: { profile: "hai ba" }, work: {} } });
    expect(resolveAccount(cfg, "shop").fault?.code).toBe("CONFIG_INVALID");
    expect(resolveAccount(cfg, "work").fault).toBeUndefined();
  });
});

// What JSON makes of an id that was written without quotes.
const rounded: number = JSON.parse("5120034498771203345");

describe("bad input names account, path and remedy", () => {
  test.each([
    ["an unknown key", { zcaBinry: "zca" }, "zcaBinry"],
    ["a wrong type", { dmPolicy: 1 }, "channels.zalouser.dmPolicy"],
    ["an empty profile", { profile: "" }, "channels.zalouser.profile is empty"],
    ["receipts, with the reason why not", { receipts: true }, "zca has no command that marks messages"],
    ["a reaction Zalo does not have", { ackReaction: "👀" }, "channels.zalouser.ackReaction"],
    ["a profile with a space", { profile: "hai ba" }, "channels.zalouser.profile"],
    ["an id as a number beyond 2^53", { allowFrom: [rounded] }, "channels.zalouser.allowFrom[0]"],
    [
      "a group sender as a number beyond 2^53",
      { groupAllowFrom: ["1", rounded] },
      "channels.zalouser.groupAllowFrom[1]",
    ],
  ])("%s", (_what, block, words) => {
    const { fault } = resolveAccount(channel(block), "default");
    expect(fault?.code).toBe("CONFIG_INVALID");
    expect(fault?.message).toContain('Zalo account "default"');
    expect(fault?.message).toContain(words);
  });

  test.each([{ receipts: false }, { typing: true }, { ackReaction: "❤️" }, { ackReaction: "" }])(
    "%j is fine",
    (block) => {
      expect(resolveAccount(channel(block), "default").fault).toBeUndefined();
    },
  );

  test("an id that fits into a number is accepted", () => {
    expect(resolveAccount(channel({ allowFrom: [123_456_789] })).fault).toBeUndefined();
  });
});

test("an account is resolved once per config object", () => {
  const cfg = channel({ accounts: { a: {} } });
  expect(resolveAccount(cfg, "a")).toBe(resolveAccount(cfg, "a"));
});
