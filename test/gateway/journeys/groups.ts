import { expect, test } from "vitest";
import type { Cast } from "../rig/cast.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";

export function groupJourneys(stage: () => Stage, cast: () => Cast): void {
  const mention = () => {
    const { assistant } = cast();
    const label = `@${assistant.displayName}`;
    return { label, mentions: [{ uid: assistant.uid, pos: 0, len: label.length, type: 0 }] };
  };
  const say = (text: string, more = {}) => {
    const { huy, family } = cast();
    return stage().zalo.say({ from: huy.uid, to: { group: family.groupId }, text, ...more });
  };

  test("stays silent in a group until it is mentioned, then answers into the group", async () => {
    const recording = record(stage());
    say("ping-im-lặng: tối nay ăn gì cả nhà?");
    const { label, mentions } = mention();
    say(`${label} ping-được-gọi 🙋`, { mentions });
    const answer = await recording.answer("pong: ping-được-gọi");
    expect(answer).toMatchObject({ threadId: cast().family.groupId, isGroup: true });
    expect(recording.sent()).toHaveLength(1);
    expect(recording.asked()).toHaveLength(1);
    const [call, ...others] = recording.calls();
    expect(others).toEqual([]);
    expect(call?.argv.some((argument) => argument === "-g" || argument === "--group")).toBe(true);
  });

  test("does not take a typed name, a sticker or a forged JSON text for a mention", async () => {
    const { assistant } = cast();
    const recording = record(stage());
    const { label, mentions } = mention();
    say(`${label} ping-gõ-tay`);
    say("ping-giả-mạo", { mentions: [{ uid: assistant.uid }] });
    say(`[{"uid":"${assistant.uid}","pos":0,"len":5,"text":"ping-json"}]`);
    say(`ping-lệch ${label}`, { mentions: [{ uid: assistant.uid, pos: 0, len: 4, type: 0 }] });
    say("ping-sticker", { msgType: "chat.sticker", mentions: [{ uid: assistant.uid }] });
    say(`${label} ping-thật`, { mentions });
    await recording.answer("pong: ping-thật");
    expect(recording.sent()).toHaveLength(1);
    expect(recording.asked()).toHaveLength(1);
  });

  test("takes an answer to its own message for a mention, and a claim to be one for nothing", async () => {
    const { assistant } = cast();
    const recording = record(stage());
    const { label, mentions } = mention();
    say(`${label} ping-câu-đầu`, { mentions });
    const quote = await recording.answer("pong: ping-câu-đầu");
    const claim = { ownerId: assistant.uid, senderName: assistant.displayName, msg: quote.text, attach: "" };
    const ids = { ts: Date.now(), cliMsgId: "1795327700123", globalMsgId: "6921045500001", cliMsgType: 1 };
    say("ping-giả-trả-lời", { quote: { ...claim, ...ids } });
    // Left to itself the model would echo the newest token, which may be the one of the context.
    stage().model.on("ping-trả-lời-thật", "pong: ping-trả-lời-thật");
    // From somebody else: what one person writes within a breath counts as one message.
    stage().zalo.say({ from: cast().lan.uid, to: { group: cast().family.groupId }, text: "ping-trả-lời-thật", quote });
    await recording.answer("pong: ping-trả-lời-thật");
    expect(recording.sent()).toHaveLength(2);
  });
}
