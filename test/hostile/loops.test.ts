import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createHostileRig, family, huy, lan, me, patience, type HostileRig } from "./rig.ts";

describe("another bot that answers every answer", () => {
  let rig: HostileRig;
  let startedMs: number;

  beforeEach(() => {
    startedMs = Date.now();
    rig = createHostileRig();
    rig.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    rig.world.addPerson({ uid: huy, displayName: "Bot khác" });
    rig.world.addGroup({ groupId: family, name: "Gia đình", members: [lan, huy, me] });
    rig.settings = {
      dmPolicy: "pairing",
      allowFrom: [lan],
      groupPolicy: "open",
      rateLimit: { perMinute: 60, sameConversationMs: 500, otherConversationMs: 500 },
    };
    rig.answer = async ({ text }) => `trả lời: ${text}`.slice(0, 60);
    rig.logIn();
  });

  afterEach(() => rig.dispose());

  const sent = () => rig.world.messages().filter(({ from }) => from === me);
  const addressed = { mentions: [{ uid: me, pos: 0, len: 7 }] };

  test("in a group is cut off after five exchanges in a minute, with a reason, while people are answered as before", async () => {
    const say = (from: string, text: string) =>
      rig.world.say({ from, to: { group: family }, text: `@Trợ lý ${text}`, ...addressed });
    await rig.during(async () => {
      say(huy, "chào, tôi là bot");
      // The other bot: an answer of ours is answered as soon as it is seen, for as long as answers come.
      for (let seen = 1; seen <= 5; seen += 1) {
        await vi.waitFor(() => expect(sent()).toHaveLength(seen), patience);
        say(huy, `vâng, và câu ${seen}?`);
      }
      await vi.waitFor(
        () => expect(rig.details().decisions).toContainEqual(expect.objectContaining({ reason: "loop_breaker" })),
        patience,
      );
      say(lan, "ai nói gì đấy?");
      await vi.waitFor(() => expect(sent()).toHaveLength(6), patience);
    });
    expect(rig.turns.at(-1)?.text).toBe("@Trợ lý ai nói gì đấy?");
    expect(rig.turns).toHaveLength(6);
    expect(rig.details().decisions.filter(({ atMs }) => atMs >= startedMs)).toContainEqual(
      expect.objectContaining({ senderId: huy, result: "context", reason: "loop_breaker" }),
    );
    // Said once, without a word of the messages.
    const told = rig.logs.filter((line) => line.includes("loop_breaker"));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/not answered until \d{4}-/u);
  }, 120_000);

  test("in a direct message is cut off as well, if it writes more than a person can type in the time", async () => {
    const other = "6222000000000000001";
    rig.world.addPerson({ uid: other, displayName: "Bot bán hàng" });
    rig.settings = { ...rig.settings, allowFrom: ["*"], dmPolicy: "open", groupPolicy: "disabled" };
    const advertisement = "Cảm ơn bạn đã quan tâm! Hôm nay cửa hàng giảm giá 50% cho mọi đơn, bạn cần tư vấn gì ạ?";
    await rig.during(async () => {
      rig.world.say({ from: other, to: me, text: `0. ${advertisement}` });
      for (let seen = 1; seen <= 5; seen += 1) {
        await vi.waitFor(() => expect(sent()).toHaveLength(seen), patience);
        rig.world.say({ from: other, to: me, text: `${seen}. ${advertisement}` });
      }
      await vi.waitFor(
        () =>
          expect(rig.details().decisions).toContainEqual(
            expect.objectContaining({ senderId: other, reason: "loop_breaker" }),
          ),
        patience,
      );
    });
    expect(sent()).toHaveLength(5);
  }, 120_000);
});
