import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const send = (...args: string[]) => rig.zca("--profile", "work", "msg", "send", ...args);

describe("msg send (contract 6.6, 9)", () => {
  it("answers { message: { msgId }, attachment: [] } with the id as number or as quoted digits", async () => {
    const first = await send("--", rig.lan.uid, "xin chào");
    const second = await send("--", rig.lan.uid, "chào lại");
    const both = first.stdout + second.stdout;
    expect(both).toMatch(/^\{ message: \{ msgId: \d{13} \}, attachment: \[\] \}$/mu);
    expect(both).toMatch(/^\{ message: \{ msgId: '\d{13}' \}, attachment: \[\] \}$/mu);
    expect([first.code, first.stderr]).toEqual([0, ""]);
  });

  it("shows the servers the rendered text, its styles and the argument as received", async () => {
    await send("--", rig.lan.uid, "- chào **bạn** 🎉");
    expect(rig.world.messages()).toMatchObject([
      {
        from: rig.bot.uid,
        threadId: rig.lan.uid,
        isGroup: false,
        text: "chào bạn 🎉",
        argvText: "- chào **bạn** 🎉",
        styles: [
          { start: 5, len: 3, style: "b" },
          { start: 0, len: 11, style: "lst_1" },
        ],
        profile: "work",
      },
    ]);
  });

  it("sends --raw text verbatim", async () => {
    await send("--raw", "--", rig.lan.uid, "*.js *.ts _x_\n- mục");
    expect(rig.world.messages()).toMatchObject([{ text: "*.js *.ts _x_\n- mục", styles: [] }]);
  });

  it("splits long text by itself and answers in the chunked form", async () => {
    const { stdout } = await send("--", rig.lan.uid, "câu dài. ".repeat(578));
    expect(stdout).toMatch(/chunked: true,\n {2}chunkCount: 3,\n {2}msgId: '\d{13}',\n {2}response: \[/u);
    expect(
      rig.world
        .messages()
        .map(({ text }) => text)
        .join(""),
    ).toBe("câu dài. ".repeat(578));
  });

  it("refuses a group id without -g and a user id with -g", async () => {
    for (const args of [
      ["--", rig.group.groupId, "a"],
      ["-g", "--", rig.lan.uid, "a"],
      ["--", "5120034498771203000", "a"],
    ]) {
      expect(await send(...args)).toMatchObject({ code: 1, stdout: "", stderr: "Error: Tham số không hợp lệ\n" });
    }
    expect(rig.world.messages()).toEqual([]);
  });

  it("refuses empty text and thread", async () => {
    expect((await send("--", rig.lan.uid, "")).stderr).toBe("Error: Missing message content\n");
    expect((await send("--", "", "a")).stderr).toBe("Error: Missing threadId\n");
  });

  it("finds members by display name, Zalo name and uid, longest first", async () => {
    await send("-g", "--", rig.group.groupId, `@lan phạm, @${rig.huy.uid}: họp nhé @All`);
    expect(rig.world.messages()[0]?.mentions).toEqual([
      { pos: 0, len: 9, uid: rig.lan.uid },
      { pos: 11, len: 20, uid: rig.huy.uid },
    ]);
  });

  it("fails on an ambiguous mention, with --raw too, and sends nothing", async () => {
    const twin = rig.world.addPerson({ displayName: "Lan Phạm" });
    const { groupId } = rig.world.addGroup({ name: "Nhóm chung", members: [rig.bot.uid, rig.lan.uid, twin.uid] });
    const { code, stderr } = await send("-g", "--raw", "--", groupId, "chào @Lan Phạm!");
    expect([code, stderr]).toEqual([1, 'Error: Ambiguous mention "@Lan Phạm": matched multiple group members.\n']);
    expect(rig.world.messages()).toEqual([]);
    expect((await send("-g", "--raw", "--", groupId, "chào \u2060@Lan Phạm!")).code).toBe(0);
  });

  it("carries a quote from a listen line, on the first chunk only", async () => {
    const line = {
      threadId: rig.lan.uid,
      content: "mai họp lúc 9h nhé",
      msgType: "webchat",
      senderId: rig.lan.uid,
      msgId: "6921045577310",
      cliMsgId: "1795327700123",
      ts: "1795327700456",
    };
    await send("--reply-message", JSON.stringify(line), "--", rig.lan.uid, "vâng ".repeat(500));
    const [first, second] = rig.world.messages();
    expect(first?.quote).toMatchObject({
      ownerId: rig.lan.uid,
      msg: "mai họp lúc 9h nhé",
      globalMsgId: "6921045577310",
    });
    expect(second?.quote).toBeUndefined();
  });

  it.each([
    ["{", /^Error: Invalid JSON for --reply-message: /u],
    ['{"content":"a","senderId":"1"}', /^Error: Missing reply message ts\.$/mu],
    ['{"threadId":"1","content":"a","ts":"1"}', /^Error: Reply message belongs to a different thread\.$/mu],
    ['{"content":1,"ts":"1"}', /^Error: Reply message content must be a string or object\.$/mu],
    ['{"content":{},"msgType":"webchat","ts":"1"}', /^Error: This kind of `webchat` quote type is not available$/mu],
  ])("refuses the quote %s", async (json, expected) => {
    const { code, stderr } = await send("--reply-message", json, "--", rig.lan.uid, "a");
    expect(code).toBe(1);
    expect(stderr).toMatch(expected);
  });

  it("has no database for --reply-id", async () => {
    expect((await send("--reply-id", "1", "--", rig.lan.uid, "a")).stderr).toBe(
      "Error: `--reply-id` requires the local DB. Enable DB/listen sync first.\n",
    );
  });
});

describe("other msg commands (contract 6.6)", () => {
  const msg = (...args: string[]) => rig.zca("--profile", "work", "msg", ...args);

  it("sends links, stickers and cards and answers { msgId }", async () => {
    expect((await msg("link", rig.lan.uid, "https://vd.example/a")).stdout).toMatch(/^\{ msgId: '\d{13}' \}\n$/u);
    expect((await msg("sticker", rig.lan.uid, "123")).code).toBe(0);
    expect((await msg("sticker", rig.lan.uid, "không")).stderr).toBe("Error: Sticker không not found.\n");
    expect((await msg("card", "-g", rig.group.groupId, rig.huy.uid)).code).toBe(0);
    expect(rig.world.messages().map(({ msgType }) => msgType)).toEqual([
      "chat.recommended",
      "chat.sticker",
      "chat.recommended",
    ]);
  });

  it("types, reacts, and refuses unknown reactions", async () => {
    expect((await msg("typing", rig.lan.uid)).stdout).toBe("{ status: 0 }\n");
    const { msgId, cliMsgId } = rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "chào" });
    expect((await msg("react", msgId, cliMsgId, rig.lan.uid, "❤️")).stdout).toBe(`{ msgIds: [ '${msgId}' ] }\n`);
    expect((await msg("react", msgId, cliMsgId, rig.lan.uid, "🎉")).stderr).toBe(
      'Error: Unsupported reaction "🎉". Use emoji (e.g. ❤️) or one of Reactions enum values.\n',
    );
    expect(rig.world.touches()).toEqual([{ kind: "reaction", msgId, from: rig.bot.uid, icon: "❤️" }]);
  });

  it("takes no id of another message, or of another conversation, for a reaction or a recall", async () => {
    const { msgId, cliMsgId } = rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "chào" });
    expect((await msg("react", msgId, "1", rig.lan.uid, "❤️")).code).toBe(1);
    expect((await msg("react", msgId, cliMsgId, rig.huy.uid, "❤️")).code).toBe(1);
    expect((await msg("react", "-g", msgId, cliMsgId, rig.group.groupId, "❤️")).code).toBe(1);
    await msg("send", "--", rig.lan.uid, "của mình");
    const own = rig.world.messages().at(-1);
    expect((await msg("undo", own?.msgId ?? "", "1", rig.lan.uid)).code).toBe(1);
    expect((await msg("undo", own?.msgId ?? "", own?.cliMsgId ?? "", rig.lan.uid)).stdout).toBe("{ status: 0 }\n");
    expect(rig.world.touches()).toEqual([{ kind: "undone", msgId: own?.msgId }]);
  });

  it("recalls, edits by recall and resend, forwards with a list of failures", async () => {
    await msg("send", "--", rig.lan.uid, "sai rồi");
    const [sent] = rig.world.messages();
    expect((await msg("edit", sent?.msgId ?? "", sent?.cliMsgId ?? "", rig.lan.uid, "đúng rồi")).stdout).toContain(
      "mode: 'undo+send'",
    );
    const recent = JSON.parse((await msg("recent", rig.lan.uid, "-j")).stdout) as { messages: { content: string }[] };
    expect(recent.messages.map(({ content }) => content)).toEqual(["đúng rồi"]);
    const forwarded = await msg("forward", "tin", rig.lan.uid, "1");
    expect(forwarded.code).toBe(0);
    expect(forwarded.stdout).toMatch(
      /success: \[ \{ clientId: '\d+', msgId: '\d{13}' \} \],\n {2}fail: \[ \{ clientId: '\d+', error_code: '114' \} \]/u,
    );
    expect((await msg("undo", "1", "2", rig.lan.uid)).code).toBe(1);
  });

  it("refuses the deletions of 6.6", async () => {
    expect((await msg("delete", "1", "2", rig.bot.uid, "-g", rig.group.groupId)).code).toBe(1);
    expect((await msg("delete", "1", "2", rig.lan.uid, rig.lan.uid)).code).toBe(1);
    expect((await msg("delete", "1", "2", rig.lan.uid, rig.lan.uid, "--only-me")).stdout).toBe("{ status: 0 }\n");
  });

  it("lists history newest first, media as JSON strings", async () => {
    const { world, lan, group } = rig;
    world.say({ from: lan.uid, to: { group: group.groupId }, text: "một" });
    world.say({
      from: lan.uid,
      to: { group: group.groupId },
      media: { kind: "file", href: "https://f.example/a.pdf", name: "Báo cáo.pdf" },
    });
    world.say({ from: lan.uid, to: rig.bot.uid, text: "riêng" });
    const recent = JSON.parse((await msg("recent", "-g", "-n", "5", group.groupId, "-j")).stdout) as {
      count: number;
      messages: { content: string; senderName: string }[];
    };
    expect(recent.count).toBe(2);
    expect(recent.messages[0]?.content).toContain('"title":"Báo cáo.pdf"');
    expect(recent.messages[1]).toMatchObject({ content: "một", senderName: "Lan Phạm", threadType: "group" });
  });

  it("analyzes text offline with the same planner", async () => {
    const { stdout } = await rig.zca("--profile", "work", "msg", "analyze-text", "-j", "--", rig.lan.uid, "**đậm** x");
    expect(JSON.parse(stdout)).toMatchObject({
      payload: { msg: "đậm x", styles: [{ start: 0, len: 3, st: "b" }] },
      renderedTextLength: 5,
      styleCount: 1,
      mentionCount: 0,
      sendPath: "sms",
    });
    expect(rig.world.calls({ command: "msg analyze-text" })[0]?.logins).toBe(0);
  });
});
