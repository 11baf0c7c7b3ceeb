import { afterEach, describe, expect, test } from "vitest";
import { recentMessages } from "../../../src/zca/history/recent.ts";
import { argumentsFor, recentCommand } from "../../../src/zca/program/commands.ts";
import { type Behavior, scriptedZca, type Script, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const lan = "5120034498771203345";
const group = "7044519283300761122";
const open: ScriptedZca[] = [];
afterEach(() => {
  for (const made of open.splice(0)) made.dispose();
});
const answering = (behavior: Script): ScriptedZca => {
  const made = scriptedZca(behavior);
  open.push(made);
  return made;
};
const row = (fields: Readonly<Record<string, unknown>>) => ({
  msgId: "6921045577310",
  cliMsgId: "1795327700123",
  threadId: lan,
  threadType: "user",
  senderId: lan,
  senderName: "Lan Phạm".normalize("NFD"),
  ts: "1795327700456",
  msgType: "webchat",
  content: "mai họp lúc 9h nhé",
  ...fields,
});
const listing = (...messages: readonly unknown[]): Behavior => ({
  stdout: `${JSON.stringify({ threadId: lan, threadType: "user", count: messages.length, messages }, null, 2)}\n`,
});

describe("the newest messages of a conversation", () => {
  test("come newest first, with exact ids, NFC names and the keys a stream line would have", async () => {
    const { zca } = answering(
      listing(row({ ts: "1795327700001", msgId: "6921045577301" }), row({}), row({ msgId: "6921045577399", ts: "x" })),
    );
    const { rows, unreadable } = await recentMessages(zca, { threadId: lan, isGroup: false, limit: 20 });
    expect(rows.map(({ msgId, atMs }) => [msgId, atMs])).toEqual([
      ["6921045577310", 1_795_327_700_456],
      ["6921045577301", 1_795_327_700_001],
    ]);
    expect(unreadable).toBe(1);
    expect(rows[0]).toMatchObject({
      id: `m:${lan}:6921045577310`,
      altKeys: [`c:${lan}:1795327700123:${lan}`],
      lane: `user:${lan}`,
      senderName: "Lan Phạm",
      content: "mai họp lúc 9h nhé",
    });
  });

  test("keep every digit of ids that come as numbers", async () => {
    const stdout = `{"messages":[{"msgId":76543210000012345678,"cliMsgId":1795327700123,"threadId":${group},"senderId":${lan},"ts":1795327700456,"msgType":"webchat","content":"chào"}]}\n`;
    const { rows } = await recentMessages(answering({ stdout }).zca, { threadId: group, isGroup: true, limit: 1 });
    expect(rows).toMatchObject([{ msgId: "76543210000012345678", senderId: lan, lane: `group:${group}` }]);
  });

  test("never speak for another conversation", async () => {
    const { zca } = answering(listing(row({ threadId: group }), row({})));
    const { rows, unreadable } = await recentMessages(zca, { threadId: lan, isGroup: false, limit: 20 });
    expect(rows).toHaveLength(1);
    expect(unreadable).toBe(1);
  });

  test("a group's rows need a sender of their own: a group is no person", async () => {
    const { zca } = answering(listing(row({ threadId: group, senderId: undefined })));
    await expect(recentMessages(zca, { threadId: group, isGroup: true, limit: 20 })).resolves.toEqual({
      rows: [],
      unreadable: 1,
    });
  });

  test("are asked for behind the end of options, and counted as their own kind of login", async () => {
    const { zca, calls } = answering(listing());
    await recentMessages(zca, { threadId: group, isGroup: true, limit: 50 });
    expect(calls().map(({ args }) => args)).toEqual([
      ["--profile", "nhà-riêng", "msg", "recent", "--group", "-n", "50", "-j", "--", group],
    ]);
    expect(zca.counts()).toMatchObject({ history: 1, send: 0, directory: 0 });
  });

  test("an empty list is an answer without rows", async () => {
    await expect(
      recentMessages(answering(listing()).zca, { threadId: lan, isGroup: false, limit: 20 }),
    ).resolves.toEqual({ rows: [], unreadable: 0 });
  });

  test.each<[Behavior, string]>([
    [{ stderr: "Error: Đăng nhập thất bại\n", exit: 1 }, "ZCA_LOGIN_REFUSED"],
    [{ stderr: "Error: fetch failed\n", exit: 1 }, "ZCA_NETWORK"],
    [{ stdout: "undefined\n" }, "ZCA_UNEXPECTED_OUTPUT"],
    [{ stdout: '{"messages":[{"msgId":"1' }, "ZCA_UNEXPECTED_OUTPUT"],
    [{ ...listing(row({})), exit: 1 }, "ZCA_FAILED"],
  ])("a call that failed says why: %j", async (behavior, code) => {
    const asking = recentMessages(answering(behavior).zca, { threadId: lan, isGroup: false, limit: 20 });
    await expect(asking).rejects.toMatchObject({ code, accountId: "work" });
  });

  test("a program without it is not asked", async () => {
    const legacy = "Usage: zca [command]\n  listen\n  msg\n  auth\n  license\n";
    const { zca, calls } = answering({
      helps: { "--help": legacy, "auth login --help": legacy },
    });
    const asking = recentMessages(zca, { threadId: lan, isGroup: false, limit: 20 });
    await expect(asking).rejects.toMatchObject({ code: "ZCA_UNSUPPORTED" });
    expect(calls()).toEqual([]);
  });

  test("a caller who gives up ends the call", async () => {
    const { zca } = answering({ hang: true });
    await zca.capabilities();
    const giveUp = new AbortController();
    const asking = recentMessages(zca, { threadId: lan, isGroup: false, limit: 20 }, giveUp.signal);
    giveUp.abort();
    await expect(asking).rejects.toThrowError();
  });

  test("the limit outlasts the 12 s after which zca gives a direct conversation up", () => {
    const dialect = { endOfOptions: true, supervised: true, rawText: true };
    const command = recentCommand({ threadId: lan, isGroup: false }, 20, dialect);
    expect(command.timeoutMs).toBeGreaterThan(22_000);
    expect(argumentsFor(command, "work")).toEqual(["--profile", "work", "msg", "recent", "-n", "20", "-j", "--", lan]);
  });
});
