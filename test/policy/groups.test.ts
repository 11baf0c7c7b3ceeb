import { describe, expect, test } from "vitest";
import { effectiveGroupPolicy, resolveGroupRule, resolveGroupScope } from "../../src/policy/index.ts";
import type { GroupQuestion } from "../../src/policy/groups.ts";

const groupId = "7044519283300761122";
const configPath = "channels.zalouser";

function rule(settings: GroupQuestion["settings"], more: Partial<GroupQuestion> = {}) {
  return resolveGroupRule({ groupId, settings, configured: true, configPath, ...more });
}

describe("the policy in force", () => {
  test.each<[string, GroupQuestion["settings"], GroupQuestion["defaultGroupPolicy"], boolean, string, string]>([
    ["nothing said", {}, undefined, true, "open", "builtin"],
    ["the default of all channels", {}, "allowlist", true, "allowlist", "defaults"],
    ["the account's own word", { groupPolicy: "open" }, "disabled", true, "open", "account"],
    ["groups listed", { groups: { [groupId]: {} } }, undefined, true, "allowlist", "entries"],
    ["people listed", { groupAllowFrom: ["1"] }, undefined, true, "allowlist", "entries"],
    ["empty lists", { groups: {}, groupAllowFrom: [] }, undefined, true, "open", "builtin"],
    ["the defaults before the entries", { groups: { [groupId]: {} } }, "open", true, "open", "defaults"],
    ["no channel block", {}, "open", false, "allowlist", "unconfigured"],
  ])("%s", (_name, settings, defaultGroupPolicy, configured, policy, source) => {
    expect(effectiveGroupPolicy({ settings, configured, defaultGroupPolicy, configPath })).toEqual({ policy, source });
  });
});

describe("one group", () => {
  test("open lets any group in and asks for a mention", () => {
    expect(rule({})).toMatchObject({
      allowed: true,
      reason: "group_open",
      requireMention: true,
      senderPolicy: "open",
      matchedBy: "none",
    });
  });

  test.each(["allow", "enabled"] as const)(
    "%s: false closes a listed group under every policy, and says where",
    (key) => {
      for (const groupPolicy of ["open", "allowlist"] as const) {
        expect(rule({ groupPolicy, groups: { [groupId]: { [key]: false } } })).toMatchObject({
          allowed: false,
          configPath: `channels.zalouser.groups.${groupId}.${key}`,
        });
      }
    },
  );

  test("the allowlist lets listed groups in, by id or by the wildcard", () => {
    expect(rule({ groups: { [groupId]: {} } })).toMatchObject({
      allowed: true,
      reason: "group_listed",
      matchedBy: "id",
    });
    expect(rule({ groupPolicy: "allowlist", groups: { "*": {} } })).toMatchObject({
      allowed: true,
      reason: "group_listed_by_wildcard",
    });
    expect(rule({ groups: { "999999": {} } })).toMatchObject({
      allowed: false,
      reason: "group_not_listed",
      configPath: `channels.zalouser.groups.${groupId}`,
    });
    expect(rule({ groupPolicy: "allowlist" })).toMatchObject({ allowed: false, reason: "group_list_empty" });
  });

  test("the id goes before the wildcard", () => {
    const groups = { "*": { allow: false }, [groupId]: { requireMention: false } };
    expect(rule({ groups })).toMatchObject({ allowed: true, requireMention: false });
    expect(rule({ groups }, { groupId: "999999" })).toMatchObject({
      allowed: false,
      reason: "group_not_allowed",
      configPath: "channels.zalouser.groups.*.allow",
    });
  });

  test("the mention demand comes from the group, else from the wildcard, else it stands", () => {
    expect(rule({ groups: { "*": { requireMention: false }, [groupId]: {} } }).requireMention).toBe(false);
    expect(
      rule({ groups: { "*": { requireMention: false }, [groupId]: { requireMention: true } } }).requireMention,
    ).toBe(true);
  });

  test("disabled closes every group", () => {
    expect(rule({ groupPolicy: "disabled", groups: { [groupId]: {} } })).toMatchObject({
      allowed: false,
      reason: "group_policy_disabled",
      senderPolicy: "disabled",
      configPath: "channels.zalouser.groupPolicy",
    });
  });

  test("without a channel block nobody gets in, whatever the lists say", () => {
    expect(rule({ groupPolicy: "open", groups: { "*": {} } }, { configured: false })).toMatchObject({
      allowed: false,
      senderPolicy: "disabled",
      senders: [],
    });
  });

  test("people are checked when a list of them exists, the group's own before the account's", () => {
    expect(rule({ groupAllowFrom: ["1", 2], groups: { [groupId]: {} } })).toMatchObject({
      senders: ["1", "2"],
      senderPolicy: "allowlist",
    });
    expect(rule({ groupAllowFrom: ["1"], groups: { [groupId]: { allowFrom: ["3"] } } }).senders).toEqual(["3"]);
  });

  test.each<[string, GroupQuestion["settings"], string[], string]>([
    [
      "the group's own",
      { groupAllowFrom: ["1"], groups: { "*": { allowFrom: ["2"] }, [groupId]: { allowFrom: ["3"] } } },
      ["3"],
      `groups.${groupId}.allowFrom`,
    ],
    [
      "the wildcard's",
      { groupAllowFrom: ["1"], groups: { "*": { allowFrom: ["2"] }, [groupId]: {} } },
      ["2"],
      "groups.*.allowFrom",
    ],
    [
      "the wildcard's for a group without an entry",
      { groups: { "*": { allowFrom: ["2"] } } },
      ["2"],
      "groups.*.allowFrom",
    ],
    ["the account's", { groupAllowFrom: ["1"], groups: { [groupId]: {} } }, ["1"], "groupAllowFrom"],
    [
      "the account's where the group's list is empty",
      { groupAllowFrom: ["1"], groups: { [groupId]: { allowFrom: [] } } },
      ["1"],
      "groupAllowFrom",
    ],
  ])("the list of people is %s, and the rule says where it stands", (_name, settings, senders, path) => {
    expect(rule(settings)).toMatchObject({
      senders,
      sendersPath: `channels.zalouser.${path}`,
      senderPolicy: "allowlist",
    });
  });

  test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
    "a group called %s is not listed by accident",
    (name) => {
      expect(rule({ groupPolicy: "allowlist", groups: { "999999": {} } }, { groupId: name })).toMatchObject({
        allowed: false,
        matchedBy: "none",
      });
    },
  );
});

describe("what the agent may use in a group and is told about it", () => {
  const groups = {
    "*": { tools: { deny: ["exec"] }, skills: ["lịch"], systemPrompt: "Trả lời ngắn gọn." },
    [groupId]: { skills: [] as string[], systemPrompt: "Đây là nhóm gia đình 🏡." },
  };

  test("comes key by key from the group, else from the wildcard", () => {
    expect(resolveGroupScope(groups, groupId)).toEqual({
      tools: { deny: ["exec"] },
      skills: [],
      systemPrompt: "Đây là nhóm gia đình 🏡.",
    });
    expect(resolveGroupScope(groups, "999999").systemPrompt).toBe("Trả lời ngắn gọn.");
  });

  test("is nothing where no entry says so, in a group called constructor, too", () => {
    const nothing = { tools: undefined, skills: undefined, systemPrompt: undefined };
    expect(resolveGroupScope({}, groupId)).toEqual(nothing);
    expect(resolveGroupScope({ [groupId]: { systemPrompt: "x" } }, "constructor")).toEqual(nothing);
  });
});
