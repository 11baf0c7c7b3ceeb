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
}
