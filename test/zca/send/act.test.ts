import { afterEach, describe, expect, test } from "vitest";
import { type Act, perform } from "../../../src/zca/send/act.ts";
import { noReaction, readReaction } from "../../../src/zca/send/reactions.ts";
import { sendSticker } from "../../../src/zca/send/send.ts";
import { type Behavior, type Script, scriptedZca, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const open: ScriptedZca[] = [];
const scripted = (script: Script): ScriptedZca => {
  const made = scriptedZca(script);
  open.push(made);
  return made;
};
afterEach(() => {
  for (const made of open.splice(0)) made.dispose();
});

const group = { threadId: "7044519283300761122", isGroup: true };
const ids = { msgId: "6921045577310", cliMsgId: "1795327700123" };
const react: Act = { kind: "react", thread: group, ids, reaction: "HEART" };

describe("what is done to a conversation", () => {
  test.each<[Act, string[]]>([
    [react, ["msg", "react", "--group", "--", ids.msgId, ids.cliMsgId, group.threadId, "HEART"]],
    [{ kind: "undo", thread: group, ids }, ["msg", "undo", "--group", "--", ids.msgId, ids.cliMsgId, group.threadId]],
    [{ kind: "rename", groupId: "1", name: "--group" }, ["group", "rename", "--", "1", "--group"]],
    [{ kind: "add", groupId: "1", userIds: ["2", "3"] }, ["group", "add", "--", "1", "2", "3"]],
    [{ kind: "remove", groupId: "1", userIds: ["2"] }, ["group", "remove", "--", "1", "2"]],
    [{ kind: "leave", groupId: "1" }, ["group", "leave", "--", "1"]],
  ])("%j is one call", async (act, args) => {
    const { zca, calls } = scripted({ stdout: "{ status: 0 }\n" });
    await expect(perform(zca, act)).resolves.toEqual({ kind: "sent", messageIds: [] });
    expect(calls().map(({ args: given }) => given.slice(2))).toEqual([args]);
  });

  test.each<[string, Behavior, string, string]>([
    [
      "somebody who was not added",
      { stdout: "{ errorMembers: [ '22' ], error_data: {} }\n" },
      "unsent",
      "ZCA_NOT_PERMITTED",
    ],
    ["a group that is not left", { stdout: "{ memberError: [ '1' ] }\n" }, "unsent", "ZCA_NOT_PERMITTED"],
    ["a refusal of the server", { stderr: "Error: Tham số không hợp lệ\n", exit: 1 }, "unsent", "ZCA_BAD_TARGET"],
    ["a rate limit", { stderr: "Error: Vượt quá số request cho phép\n", exit: 1 }, "unsent", "ZCA_RATE_LIMITED"],
    ["no answer with exit 0", {}, "unknown", "SEND_UNCONFIRMED"],
    ["undefined with exit 0", { stdout: "undefined\n" }, "unknown", "SEND_UNCONFIRMED"],
    ["a lost connection", { stderr: "Error: fetch failed\n", exit: 1 }, "unknown", "SEND_UNCONFIRMED"],
    ["a kill", { signal: "SIGKILL" }, "unknown", "SEND_UNCONFIRMED"],
  ])("%s is no success", async (_case, behavior, kind, code) => {
    await expect(perform(scripted(behavior).zca, react)).resolves.toMatchObject({ kind, error: { code } });
  });

  test("an old zca-cli is not even asked", async () => {
    const help = "Usage: zca [options] <command>\n\n  auth\n  license\n  listen\n  msg\n";
    const { zca, calls } = scripted({ helps: { "--version": "0.0.24\n", "--help": help, "auth login --help": "" } });
    await expect(perform(zca, react)).resolves.toMatchObject({ kind: "unsent", error: { code: "ZCA_UNSUPPORTED" } });
    await expect(sendSticker(zca, { ...group, stickerId: "5" })).resolves.toMatchObject({ kind: "unsent" });
    expect(calls()).toEqual([]);
  });

  test("a sticker is a message with an id; one Zalo does not have is not sent", async () => {
    const sent = scripted({ stdout: "{ msgId: '7654321000001' }\n" });
    await expect(sendSticker(sent.zca, { ...group, stickerId: "5" })).resolves.toMatchObject({ kind: "sent" });
    expect(sent.calls()[0]?.args.slice(2)).toEqual(["msg", "sticker", "--group", "--", group.threadId, "5"]);
    const none = scripted({ stderr: "Error: Sticker 5 not found.\n", exit: 1 });
    await expect(sendSticker(none.zca, { ...group, stickerId: "5" })).resolves.toMatchObject({
      error: { code: "STICKER_UNKNOWN" },
    });
  });
});

test.each([
  ["❤️", "HEART"],
  ["❤", "HEART"],
  ["👍", "LIKE"],
  [" thanks ", "THANKS"],
  ["🎉", undefined],
  ["", undefined],
  ["/-strong", undefined],
  [noReaction, undefined],
])("the reaction %j is %s", (chosen, expected) => {
  expect(readReaction(chosen)).toBe(expected);
});
