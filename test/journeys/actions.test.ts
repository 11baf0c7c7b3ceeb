import { existsSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openAccountState } from "../../src/channel/account/state.ts";
import { handleAction } from "../../src/channel/actions/handle.ts";
import { sendLedgerOf } from "../../src/channel/outbound/ledgers.ts";
import { recentSends } from "../../src/channel/outbound/send-ring.ts";
import { sendText } from "../../src/channel/outbound/adapter.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

type Context = Parameters<typeof handleAction>[0];

const lan = "5120034498771203345";
const huy = "8891200345671123490";
let groups = 0;

describe("actions of the message tool", () => {
  let host: AccountHost;
  let family: string;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.addPerson({ uid: huy, displayName: "Huy Đặng" });
    host.world.befriend(host.uid, lan);
    groups += 1;
    const groupId = String(7_044_519_283_300_800_000n + BigInt(groups));
    family = host.world.addGroup({ groupId, name: "Gia đình 🏡", members: [host.uid, lan, huy] }).groupId;
    host.settings = {
      dmPolicy: "allowlist",
      allowFrom: [lan],
      groupPolicy: "open",
      rateLimit: { sameConversationMs: 500, otherConversationMs: 500 },
    };
    host.logIn();
  });

  afterEach(() => host.dispose());

  const act = (action: Context["action"], params: Context["params"], more: Partial<Context> = {}) =>
    handleAction({ channel: "zalouser", action, cfg: host.config(), accountId: "default", params, ...more });
  const refusal = (action: Context["action"], params: Context["params"], more: Partial<Context> = {}) =>
    act(action, params, more).then(
      () => "done",
      (error: Error) => error.message,
    );
  const calls = () =>
    host.world
      .calls()
      .map(({ command }) => command ?? "")
      .filter((command) => command.includes(" ") && command !== "auth login");
  const group = () => host.world.groups().find(({ groupId }) => groupId === family);
  const inTurn = (senderId: string): Partial<Context> => ({
    requesterSenderId: senderId,
    toolContext: {
      currentChannelProvider: "zalouser",
      currentChannelId: `zalouser:group:${family}`,
      currentChatType: "group",
    },
  });

  describe("on messages", () => {
    test("a reaction to a message just received costs one call, and goes to the current one by itself", async () => {
      await host.during(async () => {
        const { msgId } = host.world.say({
          from: lan,
          to: { group: family },
          text: "@Trợ lý vui quá",
          mentions: [host.uid],
        });
        await expect.poll(() => host.turns.length, { timeout: 60_000 }).toBe(1);
        const turn = inTurn(lan);
        await act("react", { emoji: "❤️" }, { ...turn, toolContext: { ...turn.toolContext, currentMessageId: msgId } });
        await act("react", { messageId: msgId, to: `group:${family}`, remove: true, emoji: "" });
        expect(host.world.touches()).toEqual([
          { kind: "reaction", msgId, from: host.uid, icon: "HEART" },
          { kind: "reaction", msgId, from: host.uid, icon: "NONE" },
        ]);
      });
      expect(calls()).toEqual(["msg react", "msg react"]);
      expect(
        recentSends("default")
          .slice(-2)
          .map(({ result }) => result),
      ).toEqual(["sent", "sent"]);
    });

    test("the ids of a message from before the gateway's start are looked up in the group's history", async () => {
      const { msgId } = host.world.say({ from: lan, to: { group: family }, text: "hôm qua" });
      await act("react", { messageId: msgId, to: `group:${family}`, emoji: "👍" });
      expect(host.world.touches()).toMatchObject([{ msgId, icon: "LIKE" }]);
      expect(calls()).toEqual(["msg recent", "msg react"]);
    });

    test("an own message is taken back, in a direct conversation too, and the listener is there again", async () => {
      await host.during(async () => {
        const { messageId } = await sendText({ cfg: host.config(), accountId: "default", to: lan, text: "nhầm rồi" });
        const before = host.world.listenerPid("default");
        await act("delete", { messageId, to: lan });
        expect(host.world.touches()).toEqual([{ kind: "undone", msgId: messageId }]);
        await host.world.waitForListening("default", 60_000);
        expect(host.world.listenerPid("default")).not.toBe(before);
      });
      expect(host.world.calls().flatMap(({ evicted }) => evicted ?? [])).toEqual([]);
    });

    test("a sticker is a message, with an id that can be taken back", async () => {
      const { details } = await act("sticker", { to: `group:${family}`, stickerId: ["123"] });
      const sent = host.world.messages().at(-1);
      expect(sent).toMatchObject({ msgType: "chat.sticker", content: { id: 123 } });
      expect(details).toMatchObject({ messageId: sent?.msgId });
      await act("unsend", { to: `group:${family}`, messageId: sent?.msgId });
      expect(host.world.touches()).toEqual([{ kind: "undone", msgId: sent?.msgId }]);
    });

    test.each<[Context["action"], Context["params"], string]>([
      ["react", { to: lan, messageId: "6921045000001", emoji: "🎉" }, "REACTION_UNKNOWN"],
      ["react", { to: lan, messageId: "không", emoji: "❤" }, "ACTION_INVALID"],
      ["react", { to: lan, emoji: "❤" }, "ACTION_INVALID"],
      ["react", { to: "Lan Phạm", messageId: "6921045000001", emoji: "❤" }, "TARGET_INVALID"],
      ["unsend", { to: lan, messageId: "6921045000001" }, "MESSAGE_NOT_OURS"],
      ["unsend", { to: lan }, "ACTION_INVALID"],
      ["sticker", { to: lan, stickerId: ["con mèo"] }, "STICKER_UNKNOWN"],
      ["sticker", { to: lan }, "ACTION_INVALID"],
      ["sticker", { stickerId: "1" }, "TARGET_INVALID"],
      ["renameGroup", { to: lan, name: "Nhà" }, "TARGET_INVALID"],
      ["leaveGroup", { to: "5120034498771203345" }, "TARGET_INVALID"],
      ["edit", { to: lan }, "ACTION_INVALID"],
      ["constructor" as Context["action"], {}, "ACTION_INVALID"],
    ])("%s with %j is refused before any call", async (action, params, code) => {
      expect(await refusal(action, params)).toContain(`[${code}]`);
      expect(calls()).toEqual([]);
    });

    test("a message that is not in the history is not guessed at", async () => {
      const why = await refusal("react", { to: `group:${family}`, messageId: "6921045999999", emoji: "❤" });
      expect(why).toContain("[MESSAGE_UNKNOWN]");
      expect(calls()).toEqual(["msg recent"]);
    });
  });

  describe("on groups", () => {
    test("the owner renames a group, adds a friend by name, removes a member by name and leaves", async () => {
      const to = `group:${family}`;
      const mai = host.world.addPerson({ displayName: "Mai Đỗ" }).uid;
      host.world.befriend(host.uid, mai);
      await act("renameGroup", { to, name: "- Nhà mình 🏡" });
      await act("addParticipant", { to, participant: "mai đỗ" });
      expect(group()).toMatchObject({ name: "- Nhà mình 🏡", members: expect.arrayContaining([mai]) });
      await act("removeParticipant", { to, participant: "@Huy Đặng" });
      expect(group()?.members).not.toContain(huy);
      await act("removeParticipant", { to, userId: mai });
      await act("leaveGroup", { to });
      expect(group()?.members).toEqual([lan]);
      expect(calls()).toEqual([
        "group rename",
        "friend list",
        "group add",
        "group members",
        "group remove",
        "group remove",
        "group leave",
      ]);
    });

    test("a member who only talks to the account may not change its groups; the owner in the same group may", async () => {
      const params = { name: "Chiếm rồi" };
      for (const action of ["renameGroup", "leaveGroup"] as const)
        expect(await refusal(action, params, inTurn(huy))).toContain("[ACTION_NOT_ALLOWED]");
      expect(await refusal("removeParticipant", { participant: lan }, inTurn(huy))).toContain("[ACTION_NOT_ALLOWED]");
      expect(calls()).toEqual([]);
      const owned = { ...host.config(), commands: { ownerAllowFrom: [`zalouser:${lan}`] } };
      await act("renameGroup", params, { ...inTurn(lan), cfg: owned });
      expect(group()?.name).toBe("Chiếm rồi");
    });

    test("two members of one name are named both instead of removing one of them", async () => {
      const twin = host.world.addPerson({ displayName: "Huy Đặng" }).uid;
      const pair = host.world.addGroup({ name: "Hai Huy", members: [host.uid, huy, twin] }).groupId;
      const why = await refusal("removeParticipant", { to: `group:${pair}`, participant: "Huy Đặng" });
      expect(why).toContain("[PERSON_AMBIGUOUS]");
      expect(why).toContain(huy);
      expect(why).toContain(twin);
      expect(calls()).toEqual(["group members"]);
    });

    test("what Zalo does not let the account do is told as such, though zca exits with 0", async () => {
      const theirs = host.world.addGroup({ name: "Của Lan", members: [lan, host.uid, huy] }).groupId;
      const why = await refusal("removeParticipant", { to: `group:${theirs}`, userId: huy });
      expect(why).toContain("[ZCA_NOT_PERMITTED]");
      expect(why).toContain(huy);
    });

    test.each([
      ["renameGroup", { name: "một\nhai" }],
      ["renameGroup", { name: " " }],
      ["renameGroup", { name: "x".repeat(101) }],
      ["removeParticipant", { participant: "3300912847765512008" }],
      ["addParticipant", {}],
    ] as const)("%s with %j is refused before any call", async (action, params) => {
      expect(await refusal(action, { to: `group:${family}`, ...params })).toContain("[ACTION_INVALID]");
      expect(calls()).toEqual([]);
    });
  });

  test("a dry run checks everything and does nothing", async () => {
    const to = `group:${family}`;
    const dry = { dryRun: true };
    await act("sticker", { to, stickerId: "5" }, dry);
    await act("renameGroup", { to, name: "Nhà" }, dry);
    await act("leaveGroup", { to }, dry);
    const { details } = await act("react", { to, messageId: "6921045000001", emoji: "❤" }, dry);
    expect(details).toMatchObject({ ok: true, dryRun: true });
    expect(await refusal("react", { to, messageId: "6921045000001", emoji: "🎉" }, dry)).toContain("REACTION_UNKNOWN");
    expect(calls()).toEqual([]);
  });

  test("authority withdrawn while it waited keeps an action from leaving", async () => {
    const why = await refusal(
      "sticker",
      { to: lan, stickerId: "5" },
      {
        assertDirectAdapterHandoff() {
          throw new Error("no longer active");
        },
      },
    );
    expect(why).toContain("[SEND_STOPPED]");
    expect(calls()).toEqual([]);
  });

  test("an act whose end is not known is told so, and not looked for in a history that cannot show it", async () => {
    host.world.setFaults([{ match: { command: "group rename" }, effect: { group: "exit", when: "start", code: 0 } }]);
    expect(await refusal("renameGroup", { to: `group:${family}`, name: "Nhà" })).toContain("[SEND_UNCONFIRMED]");
    expect(calls()).toEqual(["group rename"]);
    expect(sendLedgerOf("default").open(0)).toEqual([]);
  });

  test("nothing is done for an account that is off", async () => {
    host.settings = { ...host.settings, enabled: false };
    expect(await refusal("sticker", { to: lan, stickerId: "5" })).toContain("channels.zalouser.enabled is false");
    expect(calls()).toEqual([]);
  });

  test("member-info knows a member by id or name from one list, a stranger by one look", async () => {
    const stranger = host.world.addPerson({ displayName: "Người Lạ" }).uid;
    const turn: Partial<Context> = { ...inTurn(lan), senderIsOwner: true };
    const info = async (userId: string) => (await act("member-info", { userId }, turn)).details;
    expect(await info(huy)).toMatchObject({ member: { userId: huy, name: "Huy Đặng" } });
    expect(await info("huy đặng")).toMatchObject({ member: { userId: huy } });
    expect(await info(stranger)).toMatchObject({ member: { userId: stranger, name: "Người Lạ" } });
    expect(calls()).toEqual(["group members", "msg member-info"]);
  });

  test("whoever is not the owner learns of the members of the group they write in, and of nothing else", async () => {
    const other = host.world.addGroup({ name: "Khách hàng thân thiết", members: [host.uid, lan] }).groupId;
    const stranger = host.world.addPerson({ displayName: "Người Lạ" }).uid;
    const turn = inTurn(huy);
    expect((await act("member-info", { userId: "lan phạm" }, turn)).details).toMatchObject({ member: { userId: lan } });
    expect(await refusal("member-info", { userId: stranger }, turn)).toContain("[PERSON_UNKNOWN]");
    expect(await refusal("member-info", { userId: lan, groupId: other }, turn)).toContain("[ACTION_NOT_ALLOWED]");
    expect(await refusal("channel-list", {}, turn)).toContain("[ACTION_NOT_ALLOWED]");
    const direct = { currentChannelProvider: "zalouser", currentChannelId: `zalouser:${huy}` } as const;
    const alone = { requesterSenderId: huy, toolContext: direct };
    expect(await refusal("member-info", { userId: lan }, alone)).toContain("[ACTION_NOT_ALLOWED]");
    expect(calls()).toEqual(["group members"]);
  });

  test("a group named by groupId alone is not taken for the one the turn runs in", async () => {
    const other = host.world.addGroup({ name: "Nhóm cũ", members: [host.uid, lan] }).groupId;
    const owner = { ...inTurn(lan), senderIsOwner: true };
    const filledIn = { to: `group:${family}`, groupId: other };
    for (const action of ["leaveGroup", "renameGroup", "sticker"] as const) {
      const why = await refusal(action, { ...filledIn, name: "Nhà", stickerId: "5" }, owner);
      expect(why).toMatch(/"groupId" names .*target.*\[ACTION_INVALID\]/su);
    }
    expect(calls()).toEqual([]);
    expect(await refusal("renameGroup", { groupId: `g-${family}`, name: "Nhà mình" }, owner)).toBe("done");
    expect(group()?.name).toBe("Nhà mình");
  });

  test("whoever is not the owner acts on messages of the conversation they write in alone", async () => {
    const [messageId] = (
      await sendText({ cfg: host.config(), accountId: "default", to: lan, text: "mật khẩu wifi là 🌸" })
    ).receipt.platformMessageIds;
    const turn = inTurn(huy);
    for (const action of ["unsend", "react"] as const)
      expect(await refusal(action, { messageId, to: lan, emoji: "❤️" }, turn)).toContain("[ACTION_NOT_ALLOWED]");
    expect(host.world.touches()).toEqual([]);
  });

  test("an id nobody received is looked up for the owner alone, twice an hour, and not from the budget of sends", async () => {
    const unknown = { messageId: "6921046999999", emoji: "👍" };
    expect(await refusal("react", unknown, inTurn(huy))).toMatch(/only the owner.*\[MESSAGE_UNKNOWN\]/su);
    expect(calls()).toEqual([]);
    const owner = { ...inTurn(lan), senderIsOwner: true };
    for (const _ of [1, 2]) await refusal("react", unknown, owner);
    expect(await refusal("react", unknown, owner)).toMatch(/at most 2 times an hour.*\[MESSAGE_UNKNOWN\]/su);
    expect(calls()).toEqual(["msg recent", "msg recent"]);
    const folder = openAccountState("default").folder;
    expect(existsSync(path.join(folder, "read-back.json"))).toBe(false);
  });

  test("a dry run of a look-up reads nothing", async () => {
    await act("member-info", { userId: lan }, { dryRun: true });
    await act("channel-list", {}, { dryRun: true });
    expect(calls()).toEqual([]);
  });

  test("channel-list finds groups without diacritics and asks once", async () => {
    const list = async (query: string) => (await act("channel-list", { query })).details;
    expect(await list("gia dinh")).toMatchObject({ groups: [{ id: `group:${family}`, name: "Gia đình 🏡" }] });
    expect(await list("không có")).toMatchObject({ groups: [] });
    expect(calls()).toEqual(["group list"]);
  });

  test("acts and messages share one queue: never two calls at once, and the pace between them", async () => {
    const to = `group:${family}`;
    await Promise.all([
      act("sticker", { to, stickerId: "1" }),
      act("renameGroup", { to, name: "Nhà" }),
      sendText({ cfg: host.config(), accountId: "default", to: lan, text: "chào" }),
      act("sticker", { to: lan, stickerId: "2" }),
    ]);
    const run = host.world.calls().filter(({ command }) => command?.startsWith("msg ") || command === "group rename");
    expect(run).toHaveLength(4);
    for (const [index, call] of run.slice(1).entries())
      expect(call.startedAt - (run[index]?.endedAt ?? Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(300);
  });
});
