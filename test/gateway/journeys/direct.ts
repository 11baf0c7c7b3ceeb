import { expect, test } from "vitest";
import { fault } from "../../../sim/control.ts";
import type { Cast } from "../rig/cast.ts";
import { findRequest } from "../rig/pairing.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";
import { accountStatuses } from "../rig/status.ts";
import { vietnameseStory, words } from "../rig/texts.ts";
import { waitFor } from "../rig/wait.ts";

export function directMessageJourneys(stage: () => Stage, cast: () => Cast): void {
  const say = (from: keyof Cast, text: string, more = {}) => {
    const people = cast();
    const sender = people[from];
    if (!("uid" in sender)) throw new Error("A group cannot write.");
    return stage().zalo.say({ from: sender.uid, to: people.assistant.uid, text, ...more });
  };

  test("answers an approved person with exactly one zca call", async () => {
    const recording = record(stage());
    say("lan", "ping-chào-buổi-sáng ☀️");
    const answer = await recording.answer("pong: ping-chào-buổi-sáng");
    expect(answer).toMatchObject({ threadId: cast().lan.uid, isGroup: false });
    say("lan", "ping-lần-hai");
    await recording.answer("pong: ping-lần-hai");
    expect(recording.calls().map(({ command }) => command)).toEqual(["msg send", "msg send"]);
  });

  test("approves over the gateway, tells the person, and keeps two people's sessions apart", async () => {
    const { host } = stage();
    const recording = record(stage());
    say("huy", "Cho mình hỏi chút");
    await recording.answer(({ threadId }) => threadId === cast().huy.uid);
    const listed = await host.gateway.call("channels.pairing.list", { channel: "zalouser" });
    const requestId = findRequest(listed, cast().huy.uid);
    const params = { channel: "zalouser", accountId: "default", requestId, notify: true };
    await host.gateway.call("channels.pairing.approve", params);
    const toHuy = () => recording.sent().filter(({ threadId }) => threadId === cast().huy.uid);
    await waitFor("the notice of approval", () => toHuy().length > 1);

    say("lan", "ping-lan bí mật của Lan: lọ mật ong 🍯");
    say("huy", "ping-huy bí mật của Huy: vé tàu 🚆");
    await Promise.all([recording.answer("pong: ping-lan"), recording.answer("pong: ping-huy")]);
    const forHuy = recording.asked().filter(({ turn }) => turn.includes("ping-huy"));
    const forLan = recording.asked().filter(({ turn }) => turn.includes("ping-lan"));
    expect([forHuy.length, forLan.length]).toEqual([1, 1]);
    expect(forHuy[0]?.everything).not.toMatch(/mật ong|ping-lan|chào-buổi-sáng/u);
    expect(forLan[0]?.everything).not.toMatch(/vé tàu|ping-huy/u);
    expect(forLan[0]?.everything).toContain("ping-chào-buổi-sáng");
  });

  test("a question the agent cannot answer: the person reads so in Vietnamese, the owner by why, and neither what the provider said", async () => {
    const { model, host } = stage();
    // Not a refused key: that the host holds against the provider for a minute.
    const rule = model.on("ping-không-đáp", { status: 404, error: "The model `toy-bí-mật` does not exist" });
    const recording = record(stage());
    say("lan", "ping-không-đáp 🤔");
    const { text } = await recording.answer(({ threadId }) => threadId === cast().lan.uid, 60_000);
    rule.remove();
    expect(text).toMatch(/^⚠️ Mình đang gặp trục trặc/u);
    const { stdout } = await host.cli(["zalouser", "why", cast().lan.uid]);
    expect(stdout).toContain(`${cast().lan.uid}: the agent could not answer`);
    expect(`${text}\n${stdout}`).not.toContain("toy");
    say("lan", "ping-lại-đáp");
    await recording.answer("pong: ping-lại-đáp");
  });

  test("takes three quick lines as one turn and answers once", async () => {
    const recording = record(stage());
    for (const line of ["alo", "bạn ơi", "ping-ba-dòng?"]) say("lan", line);
    await recording.answer("pong: ping-ba-dòng");
    expect(recording.asked()).toHaveLength(1);
    expect(recording.asked()[0]?.turn).toMatch(/alo[^]*bạn ơi[^]*ping-ba-dòng/u);
    say("lan", "ping-sau-ba-dòng");
    await recording.answer("pong: ping-sau-ba-dòng");
    expect(recording.sent()).toHaveLength(2);
  });

  test("delivers 5,000 Vietnamese characters in order, whole, one call per chunk", async () => {
    const { model } = stage();
    const story = vietnameseStory(5000);
    const rule = model.on("kể chuyện", story);
    const recording = record(stage());
    say("lan", "kể chuyện dài cho mình nghe đi");
    const last = words(story).slice(-5).join(" ");
    await recording.answer(({ text }) => words(text).join(" ").endsWith(last), 60_000);
    rule.remove();
    const chunks = recording.sent();
    expect(chunks.length).toBeGreaterThanOrEqual(3);
    expect(chunks.every(({ text }) => text.length <= 2000)).toBe(true);
    expect(chunks.flatMap(({ text }) => words(text))).toEqual(words(story));
    expect(recording.calls().map(({ command }) => command)).toEqual(chunks.map(() => "msg send"));
    expect(recording.calls().flatMap(({ overlaps }) => overlaps)).toEqual([]);
  });

  test("answers a message once that Zalo delivers twice", async () => {
    const recording = record(stage());
    const { msgId, cliMsgId } = say("lan", "ping-một-lần");
    await recording.answer("pong: ping-một-lần");
    say("lan", "ping-một-lần", { overrides: { msgId, cliMsgId } });
    say("lan", "ping-kế-tiếp");
    await recording.answer("pong: ping-kế-tiếp");
    expect(recording.sent()).toHaveLength(2);
    expect(recording.asked()).toHaveLength(2);
  });

  test("an answer that has to be tried again is not forgotten when the person writes on meanwhile", async () => {
    const { zalo } = stage();
    const recording = record(stage());
    zalo.setFaults([
      fault({ command: "msg send", nth: 1 }, { group: "exit", error: "Another openzca listener already owns profile" }),
    ]);
    say("lan", "ping-bị-chặn");
    await waitFor("the first try", () => recording.calls().some(({ exitCode }) => exitCode === 1));
    say("lan", "ping-viết-tiếp");
    await recording.answer("pong: ping-viết-tiếp", 60_000);
    zalo.setFaults([]);
    expect(recording.sent().map(({ text }) => text)).toEqual(["pong: ping-bị-chặn", "pong: ping-viết-tiếp"]);
  });

  test("counts garbage on the stream, reports each kind once, and loses no message beside it", async () => {
    const { zalo, host } = stage();
    const { lan, assistant } = cast();
    const recording = record(stage());
    const said = host.gateway.output().length;
    const inject = (bytes: string | Uint8Array) => zalo.inject("default", bytes);
    inject('\u001b[31mkhông phải JSON\r\n\r\nlần nữa\n[1,2]\n{"kind":"lifecycle"}\n{"nửa dòng":\n');
    inject('{"threadId":{},"msgId":[]}\n{"threadId":"1"}\n');
    inject(`${"x".repeat(5_000_000)}\n`);
    // Ids as bare numbers beyond 2^53, CRLF, and the pipe cut inside "ố".
    const numeric = `{"threadId":${lan.uid},"senderId":${lan.uid},"toId":${assistant.uid},"msgId":6921046990001,`;
    const line = Buffer.from(`${numeric}"content":"ping-bằng-số","chatType":"user","ts":"${Date.now()}"}\r\n`);
    const cut = line.indexOf("ố") + 1;
    inject(line.subarray(0, cut));
    inject(line.subarray(cut));
    say("lan", "ping-sau-rác");
    await recording.answer("pong: ping-sau-rác");
    expect(recording.sent().map(({ threadId }) => threadId)).toEqual([lan.uid]);
    expect(recording.asked().at(-1)?.turn).toMatch(/ping-bằng-số[^]*ping-sau-rác/u);

    const counted = (await accountStatuses(host)).get("default")?.application?.["malformedLines"];
    expect(counted).toEqual({
      "not-json": 2,
      "not-an-object": 1,
      "unknown-lifecycle": 1,
      "broken-json": 1,
      "no-thread": 1,
      "no-message-id": 1,
      "too-long": 1,
    });
    const reports =
      host.gateway
        .output()
        .slice(said)
        .match(/not understood \([a-z-]+\)/gu) ?? [];
    expect(reports.sort()).toEqual(
      Object.keys(counted ?? {})
        .map((reason) => `not understood (${reason})`)
        .sort(),
    );
  });
}
