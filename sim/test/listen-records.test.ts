import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "../control/wait.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

describe("start-up order (contract 8.2, 8.3)", () => {
  it("says listening, session_id, connected, in that order", async () => {
    const listener = await rig.listen();
    await waitFor("connected", () => listener.lifecycle()[1]);
    expect(listener.lines().map((line) => line.replaceAll(/\d{10}|[0-9a-z]{8}-[0-9a-f]{8}/gu, "#"))).toEqual([
      "Listening... Press Ctrl+C to stop.",
      '{"kind":"lifecycle","event":"session_id","session_id":"#","profile":"work","timestamp":#}',
      "Connected to Zalo websocket.",
      '{"kind":"lifecycle","event":"connected","session_id":"#","profile":"work","timestamp":#}',
    ]);
  });

  it("prints lifecycle records with --supervised --raw only", async () => {
    for (const flags of [["--raw"], ["--supervised"]]) {
      const listener = await rig.listen({}, flags);
      expect(listener.lifecycle()).toEqual([]);
      listener.child.kill();
      await listener.ended;
    }
  });

  it("beats its heart by flag, environment and control file; 0 is off", async () => {
    const listener = await rig.listen({}, ["--raw", "--supervised", "--heartbeat-ms", "20"]);
    await waitFor(
      "heartbeats",
      () => listener.lifecycle().filter(({ event }) => event === "heartbeat").length > 1 || undefined,
    );
  });

  it("warns about -k beside --supervised", async () => {
    const listener = await rig.listen({}, ["--raw", "--supervised", "-k"]);
    expect(listener.stderr()).toBe("Warning: --supervised ignores internal --keep-alive reconnect ownership.\n");
  });
});

describe("message records (contract 8.4)", () => {
  it("prints a direct message exactly as the contract shows it", async () => {
    const listener = await rig.listen();
    const overrides = { msgId: "6921045577310", cliMsgId: "1795327700123", ts: "1795327700456" };
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "mai họp lúc 9h nhé", overrides });
    await listener.untilRecords(1);
    expect(listener.lines().at(-1)).toBe(
      '{"threadId":"5120034498771203345","targetId":"5120034498771203345","conversationId":"5120034498771203345","msgId":"6921045577310","cliMsgId":"1795327700123","content":"mai họp lúc 9h nhé","type":0,"timestamp":1795327700,"msgType":"webchat","metadata":{"isGroup":false,"chatType":"user","threadId":"5120034498771203345","targetId":"5120034498771203345","senderDisplayName":"Lan Phạm","senderId":"5120034498771203345","fromId":"5120034498771203345","toId":"3300912847765512008","msgType":"webchat","timestamp":1795327700},"chatType":"user","senderId":"5120034498771203345","senderName":"Lan Phạm","senderDisplayName":"Lan Phạm","toId":"3300912847765512008","ts":"1795327700456"}',
    );
  });

  it("prints a group message with quote and mention as the contract shows it", async () => {
    const listener = await rig.listen();
    rig.world.say({ from: rig.lan.uid, to: { group: rig.group.groupId }, text: "mai họp lúc 9h nhé" });
    const [quoted] = rig.world.messages();
    if (quoted === undefined) throw new Error("nothing was said");
    rig.world.say({
      from: rig.huy.uid,
      to: { group: rig.group.groupId },
      text: "@Trợ lý tóm tắt giúp",
      mentions: [rig.bot.uid],
      quote: quoted,
    });
    const line = (await listener.untilRecords(2))[1] ?? {};
    expect(line).toMatchObject({
      threadId: rig.group.groupId,
      content: "@Trợ lý tóm tắt giúp\n[reply context: Lan Phạm: mai họp lúc 9h nhé]",
      type: 1,
      quote: {
        ownerId: rig.lan.uid,
        senderName: "Lan Phạm",
        msg: "mai họp lúc 9h nhé",
        attach: "",
        ts: Number(quoted.ts),
        cliMsgId: quoted.cliMsgId,
        globalMsgId: quoted.msgId,
        cliMsgType: 1,
      },
      mentions: [{ uid: rig.bot.uid, pos: 0, len: 7, type: 0, text: "@Trợ lý" }],
      mentionIds: [rig.bot.uid],
      chatType: "group",
      senderId: rig.huy.uid,
      toId: rig.group.groupId,
      metadata: { isGroup: true, senderName: "Huy Đặng", mentionCount: 1 },
    });
    const keys = [
      "threadId",
      "targetId",
      "conversationId",
      "msgId",
      "cliMsgId",
      "content",
      "type",
      "timestamp",
      "msgType",
      "quote",
      "mentions",
      "mentionIds",
      "metadata",
      "chatType",
      "senderId",
      "senderName",
      "senderDisplayName",
      "toId",
      "ts",
    ];
    expect(Object.keys(line)).toEqual(keys);
  });

  it("keeps reply context out of content on request", async () => {
    const listener = await rig.listen({ OPENZCA_LISTEN_INCLUDE_QUOTE_CONTEXT: "0" });
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "một" });
    const [quote] = rig.world.messages();
    if (quote === undefined) throw new Error("nothing was said");
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "hai", quote });
    expect((await listener.untilRecords(2))[1]?.["content"]).toBe("hai");
  });

  it("carries any text through", async () => {
    const listener = await rig.listen();
    let count = 0;
    const words = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((text) => text.trim() !== "" && !/^\s*[[{]/u.test(text) && text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(words, async (text) => {
        rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text });
        count += 1;
        expect((await listener.untilRecords(count))[count - 1]?.["content"]).toBe(text);
      }),
      { numRuns: 40 },
    );
  });

  it("prints a burst in order, and nothing that came while nobody listened", async () => {
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "lỡ mất" });
    const listener = await rig.listen();
    const texts = Array.from({ length: 300 }, (_, index) => `tin ${index} 🎉`);
    rig.world.sayAll(texts.map((text) => ({ from: rig.lan.uid, to: rig.bot.uid, text })));
    expect((await listener.untilRecords(300)).map(({ content }) => content)).toEqual(texts);
  });

  it("is silent about own messages unless the control file says otherwise", async () => {
    const listener = await rig.listen();
    await rig.zca("-p", "work", "msg", "send", "--", rig.lan.uid, "của tôi");
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "của bạn" });
    expect((await listener.untilRecords(1))[0]?.["content"]).toBe("của bạn");
    rig.world.control({ selfListen: true });
    listener.child.kill();
    await listener.ended;
    const second = await rig.listen();
    await rig.zca("-p", "work", "msg", "send", "--", rig.lan.uid, "của tôi");
    expect((await second.untilRecords(1))[0]).toMatchObject({ senderId: rig.bot.uid, threadId: rig.lan.uid });
  });

  it("lays overrides over the line and prints raw bytes as they are", async () => {
    const listener = await rig.listen();
    rig.world.say({
      from: rig.lan.uid,
      to: rig.bot.uid,
      text: "số",
      overrides: { msgId: 7654321000001, senderName: null },
    });
    const [line] = await listener.untilRecords(1);
    expect(line?.["msgId"]).toBe(7654321000001);
    expect(line).not.toHaveProperty("senderName");
    rig.world.inject("work", '{"msgId":76543210000012345678}\nrác không phải JSON\n');
    await listener.until('"msgId":76543210000012345678}\nrác không phải JSON');
  });

  it("prints people's lines without --raw", async () => {
    const listener = await rig.listen({}, []);
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "chào" });
    await listener.until(`[user] Lan Phạm -> ${rig.lan.uid}: chào`);
  });
});
