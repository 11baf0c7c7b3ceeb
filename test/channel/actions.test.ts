import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { actions } from "../../src/channel/actions/adapter.ts";
import { createAgentTool, type ToolContext } from "../../src/channel/actions/agent-tool.ts";
import { isAskedByOwner } from "../../src/channel/actions/authority.ts";
import { ownerActions } from "../../src/channel/actions/offered.ts";
import { plugin } from "../../src/channel/plugin.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";

describe("what the message tool is told", () => {
  const cfg = (zalouser?: object) => ({ channels: zalouser === undefined ? {} : { zalouser } });
  const described = (zalouser: object | undefined, more = {}) =>
    actions.describeMessageTool({ cfg: cfg(zalouser), ...more })?.actions;

  test("nothing where no account is on", () => {
    expect(described(undefined)).toBeUndefined();
    expect(described({ enabled: false })).toBeUndefined();
    expect(described({ accounts: { work: { enabled: false } } }, { accountId: "work" })).toBeUndefined();
  });

  test("group changes only for the owner, or where nobody in particular asks", () => {
    expect(described({})).toEqual(expect.arrayContaining(["react", "sticker", ...ownerActions]));
    expect(described({}, { senderIsOwner: true })).toEqual(expect.arrayContaining([...ownerActions]));
    const shown = described({}, { senderIsOwner: false });
    expect(shown).toEqual(["react", "unsend", "sticker", "member-info"]);
  });

  test("every action of ours runs in the gateway; a send stays the host's", () => {
    for (const action of described({}) ?? []) {
      expect(actions.supportsAction?.({ action })).toBe(true);
      expect(actions.resolveExecutionMode?.({ action })).toBe("gateway");
    }
    expect(actions.supportsAction?.({ action: "send" })).toBe(false);
    expect(actions.supportsAction?.({ action: "edit" })).toBe(false);
    expect(plugin.capabilities).not.toHaveProperty("edit");
    expect(plugin.capabilities).not.toHaveProperty("polls");
  });
});

describe("who counts as the owner", () => {
  const commands = { ownerAllowFrom: [`zalouser:${lan}`, "telegram:77", "4242424242"] };
  const turn = (currentChannelProvider: string) => ({ toolContext: { currentChannelProvider } });
  test.each<[string, Partial<Parameters<typeof isAskedByOwner>[0]>, boolean]>([
    ["an operator's command", {}, true],
    ["the host's own word", { senderIsOwner: true, requesterSenderId: "1", ...turn("zalouser") }, true],
    ["a listed id", { requesterSenderId: lan, ...turn("zalouser") }, true],
    ["a listed id of another channel", { requesterSenderId: "77", ...turn("telegram") }, true],
    ["an id listed for any channel", { requesterSenderId: "4242424242", ...turn("zalouser") }, true],
    ["the digits of another channel's owner", { requesterSenderId: "77", ...turn("zalouser") }, false],
    ["this channel's owner's digits elsewhere", { requesterSenderId: lan, ...turn("telegram") }, false],
    ["anybody else", { requesterSenderId: "99999", ...turn("zalouser") }, false],
    ["a conversation whose sender is not known", turn("zalouser"), false],
  ])("%s", (_who, asker, expected) => {
    expect(isAskedByOwner({ cfg: { commands }, ...asker })).toBe(expected);
  });
});

describe("the agent tool", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    const tuan = host.world.addPerson({ displayName: "Nguyễn Anh Tuấn" });
    host.world.befriend(host.uid, tuan.uid);
    host.world.addGroup({ name: "Gia đình 🏡", members: [host.uid, tuan.uid] });
    host.logIn();
  });

  afterEach(() => host.dispose());

  const tool = (more: Partial<ToolContext> = {}) => {
    const made = createAgentTool({ config: host.config(), ...more });
    if (Array.isArray(made)) throw new Error("One tool was expected.");
    return made ?? undefined;
  };
  const ask = async (params: object, more: Partial<ToolContext> = {}) =>
    (await tool(more)?.execute("1", params))?.details;
  const calls = () =>
    host.world
      .calls()
      .map(({ command }) => command)
      .filter((command) => /^(?:friend|group|me|msg)\s/u.test(command ?? ""));

  test("is there for the owner and for operators, never for anybody else who writes", () => {
    expect(tool()?.name).toBe("zalouser");
    expect(tool({ senderIsOwner: true, requesterSenderId: lan })?.name).toBe("zalouser");
    expect(tool({ senderIsOwner: false, requesterSenderId: lan })).toBeUndefined();
    expect(tool({ requesterSenderId: lan })).toBeUndefined();
    expect(tool({ config: {} })).toBeUndefined();
  });

  test("finds friends and groups, one login for each list, and says who the account is", async () => {
    expect(await ask({ action: "friends", query: "tuan" })).toMatchObject([{ name: "Nguyễn Anh Tuấn" }]);
    expect(await ask({ action: "friends", query: "không có" })).toEqual([]);
    expect(await ask({ action: "groups" })).toMatchObject([{ name: "Gia đình 🏡" }]);
    expect(await ask({ action: "me" })).toMatchObject({ id: host.uid, name: "Trợ lý" });
    expect(calls()).toEqual(["friend list", "group list", "me info"]);
  });

  test("tells the state without asking Zalo", async () => {
    expect(await ask({ action: "status" })).toMatchObject({ accountId: "default", connected: false });
    await host.during(async () => {
      await expect.poll(() => ask({ action: "status" })).toMatchObject({ connected: true, state: "ready" });
    });
    expect(calls()).toEqual([]);
  });

  test.each([
    [{ action: "send" }, "ACTION_INVALID"],
    [{ action: "friends", limit: 0 }, "ACTION_INVALID"],
    [{ action: "friends", limit: 5_000 }, "ACTION_INVALID"],
    [{}, "ACTION_INVALID"],
  ])("%j is refused before any call", async (params, code) => {
    await expect(ask(params)).rejects.toThrowError(new RegExp(code, "u"));
    expect(calls()).toEqual([]);
  });

  test("speaks for the account of its conversation alone", async () => {
    const here = { messageChannel: "zalouser", agentAccountId: "default", senderIsOwner: true };
    await expect(ask({ action: "friends", accountId: "work" }, here)).rejects.toThrowError(/ACTION_NOT_ALLOWED/u);
    expect(await ask({ action: "friends", accountId: "default" }, here)).toHaveLength(1);
  });

  test("reads nothing on a dry run, nor for a turn that is over", async () => {
    expect(await ask({ action: "friends", dryRun: true })).toEqual({
      dryRun: true,
      action: "friends",
      accountId: "default",
    });
    const over = {
      assertInvocationCurrent() {
        throw new Error("the turn is over");
      },
    };
    await expect(ask({ action: "friends" }, over)).rejects.toThrowError("the turn is over");
    expect(calls()).toEqual([]);
  });
});
