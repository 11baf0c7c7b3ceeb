import { expect, test } from "vitest";
import { resolveAccount } from "../../../src/channel/account/accounts.ts";
import { ACK_REACTIONS } from "../../../src/config.ts";
import { acknowledge, ackHints, type AckWish, type React } from "../../../src/channel/inbound/ack.ts";
import { toTurnMessage } from "../../../src/channel/inbound/turn-message.ts";
import { ZalouserError } from "../../../src/errors.ts";
import { readReaction, type InboundMessage } from "../../../src/zca/index.ts";
import { hostRun, type HostConfig } from "../../fakes/host.ts";
import { family, lan, me } from "./rig.ts";

const ids = { messageId: "6921045577310", cliMessageId: "1795327700123" };

function line(more: Partial<InboundMessage> = {}): InboundMessage {
  return {
    eventKey: `m:${more.messageId ?? ids.messageId}`,
    altKeys: [],
    ...ids,
    threadId: lan,
    isGroup: false,
    senderId: lan,
    text: "chào",
    atMs: 1_795_327_700_456,
    msgType: "webchat",
    mentions: [],
    media: [],
    raw: {},
    ...more,
  };
}

function reacting(settings: object, messages: object = {}) {
  const run = hostRun({ channels: { zalouser: settings }, messages }, { ownId: me });
  const wishes: AckWish[] = [];
  const react: React = async (_run, wish) => {
    wishes.push(wish);
    return { kind: "sent", messageIds: [] };
  };
  const ack = (given: InboundMessage[] = [line()], { wasMentioned = true, how = react } = {}) => {
    const [first = line(), ...rest] = given;
    return acknowledge(run, toTurnMessage([first, ...rest]), { wasMentioned }, how);
  };
  return { ack, wishes };
}

const direct = { ackReactionScope: "direct" };

test("the newest line of a turn is reacted to, with both of its ids", () => {
  const { ack, wishes } = reacting({ ackReaction: "❤️" }, direct);
  ack([
    line({ messageId: "6921045577309" }),
    line(),
    line({ messageId: "6921045577311", cliMessageId: "1795327700124" }),
  ]);
  expect(wishes).toEqual([
    {
      target: { kind: "user", id: lan },
      ids: { msgId: "6921045577311", cliMsgId: "1795327700124" },
      reaction: "HEART",
      kind: "typing",
    },
  ]);
});

test("the host's own setting counts where the channel has none, and the channel's empty one switches it off", () => {
  const byHost = reacting({}, { ...direct, ackReaction: "👍" });
  byHost.ack();
  expect(byHost.wishes).toMatchObject([{ reaction: "LIKE" }]);
  expect(reacting({ ackReaction: "" }, { ...direct, ackReaction: "👍" }).ack()).toBeUndefined();
});

test("nobody who named no reaction pays for one, and none is made that Zalo does not have", () => {
  expect(reacting({}, direct).ack()).toBeUndefined();
  expect(reacting({}, { ...direct, ackReaction: "👀" }).ack()).toBeUndefined();
});

test.each([
  [undefined, [false, true, false]],
  ["all", [true, true, true]],
  ["direct", [true, false, false]],
  ["group-all", [false, true, true]],
  ["off", [false, false, false]],
] as const)("the host's scope %s decides where", (ackReactionScope, expected) => {
  const scope = ackReactionScope === undefined ? {} : { ackReactionScope };
  const group = line({ isGroup: true, threadId: family });
  const made = [
    reacting({ ackReaction: "👍" }, scope).ack(),
    reacting({ ackReaction: "👍" }, scope).ack([group]),
    reacting({ ackReaction: "👍" }, scope).ack([group], { wasMentioned: false }),
  ];
  expect(made.map((ack) => ack !== undefined)).toEqual(expected);
});

test("a turn that is tried again, and what was read back after an outage, cost no reaction", () => {
  const { ack, wishes } = reacting({ ackReaction: "👍" }, direct);
  ack();
  ack();
  ack([line({ messageId: "6921045577400", caughtUp: { contextOnly: false } })]);
  expect(wishes).toHaveLength(1);
});

test("it is taken back after the answer only where that is wanted, and only when it was made", async () => {
  const kept = reacting({ ackReaction: "👍" }, direct);
  await kept.ack()?.answered();
  expect(kept.wishes).toHaveLength(1);
  const taken = reacting({ ackReaction: "👍" }, { ...direct, removeAckAfterReply: true });
  await taken.ack()?.answered();
  expect(taken.wishes).toMatchObject([{ reaction: "LIKE" }, { reaction: "NONE", kind: "proactive" }]);
  const failed: AckWish[] = [];
  const how: React = async (_run, wish) => {
    failed.push(wish);
    return { kind: "unsent", error: new ZalouserError("ZCA_NETWORK", "Zalo cannot be reached.") };
  };
  await reacting({ ackReaction: "👍" }, { ...direct, removeAckAfterReply: true })
    .ack([line()], { how })
    ?.answered();
  expect(failed).toHaveLength(1);
});

test("every reaction the config takes is one that zca knows", () => {
  for (const reaction of ACK_REACTIONS) if (reaction !== "") expect(readReaction(reaction), reaction).toBeDefined();
});

test("status says why a reaction of the host's settings is not made", () => {
  const hints = (settings: object, messages: object) => {
    const cfg = { channels: { zalouser: settings }, messages } as HostConfig;
    return ackHints(cfg, resolveAccount(cfg));
  };
  expect(hints({}, { ackReaction: "👀" })).toEqual([expect.stringMatching(/channels\.zalouser\.ackReaction .*❤/u)]);
  for (const [settings, messages] of [
    [{}, {}],
    [{}, { ackReaction: "👍" }],
    [{}, { ackReaction: "👀", ackReactionScope: "off" }],
    [{ ackReaction: "" }, { ackReaction: "👀" }],
  ] as const)
    expect(hints(settings, messages)).toEqual([]);
});
