import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Cast } from "../rig/cast.ts";
import type { ToolCall } from "../rig/model.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";
import { callTool, type CalledTool } from "../rig/tool-calls.ts";
import { waitFor } from "../rig/wait.ts";

/** Quotes, mentions, and what the agent and the operator do besides sending text. */
export function actionJourneys(stage: () => Stage, cast: () => Cast): void {
  const group = () =>
    stage()
      .zalo.groups()
      .find(({ groupId }) => groupId === cast().family.groupId);
  const acts = () =>
    stage()
      .zalo.calls()
      .flatMap(({ command }) => (/^(?:group|msg (?:react|undo|sticker))/u.test(command ?? "") ? [command] : []));

  function askInGroup(from: { uid: string }, text: string) {
    const label = `@${cast().assistant.displayName}`;
    return stage().zalo.say({
      from: from.uid,
      to: { group: cast().family.groupId },
      text: `${label} ${text}`,
      mentions: [{ uid: cast().assistant.uid, pos: 0, len: label.length, type: 0 }],
    });
  }

  const callsTool = (token: string, call: ToolCall) => callTool(stage().model, token, call);
  const resultOf = (called: CalledTool) =>
    waitFor("the tool's result", () => called.result() || undefined, {
      timeoutMs: 60_000,
      explain: async () => JSON.stringify(stage().model.requests.slice(-2), undefined, 1).slice(-6000),
    });

  test("an answer in a group quotes what it answers and mentions whom it names, through the host's own queue", async () => {
    const recording = record(stage());
    stage().model.on("ping-trích", "@Huy Đặng nhé, pong: ping-trích");
    const question = askInGroup(cast().huy, "ping-trích 🙂");
    const answer = await recording.answer("pong: ping-trích");
    expect(answer.quote).toMatchObject({ globalMsgId: question.msgId, ownerId: cast().huy.uid });
    expect(answer.mentions).toMatchObject([{ uid: cast().huy.uid, pos: 0 }]);
    // The members may be known since an earlier journey.
    const sends = recording.calls().filter(({ command }) => !/^(?:group members|msg typing)$/u.test(command));
    expect(sends.map(({ command }) => command)).toEqual(["msg send"]);
  });

  test("an answer to a direct message that quotes something quotes nothing itself", async () => {
    const recording = record(stage());
    stage().zalo.say({ from: cast().lan.uid, to: cast().assistant.uid, text: "một" });
    const said = stage().zalo.messages().at(-1);
    if (said === undefined) throw new Error("Nothing was said.");
    stage().zalo.say({ from: cast().lan.uid, to: cast().assistant.uid, text: "ping-không-trích", quote: said });
    const answer = await recording.answer("pong: ping-không-trích");
    expect(answer.quote).toBeUndefined();
  });

  test("the agent reacts to the message it is asked by, whoever asks", async () => {
    const called = callsTool("ping-thả-tim", { tool: "message", args: { action: "react", emoji: "❤️" } });
    const { msgId } = askInGroup(cast().huy, "ping-thả-tim");
    const result = await resultOf(called);
    expect(
      stage()
        .zalo.touches()
        .filter((touch) => touch.msgId === msgId),
      result,
    ).toEqual([{ kind: "reaction", msgId, from: cast().assistant.uid, icon: "HEART" }]);
  });

  test("a member cannot have the agent rename the group; its owner can", async () => {
    const args = { action: "renameGroup", target: `group:${cast().family.groupId}`, name: "Chiếm rồi" };
    const refused = callsTool("ping-chiếm", { tool: "message", args });
    askInGroup(cast().huy, "ping-chiếm");
    expect(await resultOf(refused)).toMatch(/ACTION_NOT_ALLOWED|allowed values/u);
    expect(group()?.name).toBe(cast().family.name);
    const allowed = callsTool("ping-đổi-tên", { tool: "message", args: { ...args, name: "Nhà mình 🏡" } });
    askInGroup(cast().lan, "ping-đổi-tên");
    const result = await resultOf(allowed);
    expect(group()?.name, result).toBe("Nhà mình 🏡");
  });

  test("the agent tool lists the owner's friends for the owner and is not there for anybody else", async () => {
    const asked = callsTool("ping-bạn-bè", { tool: "zalouser", args: { action: "friends", query: "tuan" } });
    stage().zalo.say({ from: cast().lan.uid, to: cast().assistant.uid, text: "ping-bạn-bè" });
    const result = await resultOf(asked);
    expect(result).toContain(cast().tuan.uid);
    expect(result).not.toContain(cast().huy.uid);
    expect(asked.requests[0]?.tools).toContain("zalouser");
    const other = stage().model.on("ping-công-cụ", "pong: ping-công-cụ");
    const recording = record(stage());
    askInGroup(cast().huy, "ping-công-cụ");
    await recording.answer("pong: ping-công-cụ");
    expect(other.requests[0]?.tools).not.toContain("zalouser");
  });

  test("an operator's commands reach the gateway's queue, and a dry run none of it", async () => {
    const { host, zalo } = stage();
    const target = `group:${cast().family.groupId}`;
    const sticker = (stickerId: string, ...args: string[]) =>
      host.cli(
        ["message", "sticker", "send", "--channel", "zalouser", "--target", target, "--sticker-id", stickerId].concat(
          args,
          "--json",
        ),
      );
    const { length } = acts();
    const [sent, dry] = await Promise.all([sticker("7"), sticker("8", "--dry-run")]);
    expect(sent.code, `${sent.stdout}\n${sent.stderr}`).toBe(0);
    expect(dry.code, dry.stderr).toBe(0);
    const shown = zalo.messages().at(-1);
    expect(shown).toMatchObject({ msgType: "chat.sticker", content: { id: 7 } });

    const messageId = shown?.msgId ?? "";
    const call = (method: string, params: object) =>
      host.gateway.call(method, { channel: "zalouser", idempotencyKey: randomUUID(), ...params });
    // As the commands say it of themselves.
    const origin = { conversationReadOrigin: "direct-operator" };
    const act = (action: string, params: object) =>
      call("message.action", { action, params: { to: target, ...params }, ...origin });
    await act("unsend", { messageId });
    expect(zalo.touches().at(-1)).toEqual({ kind: "undone", msgId: messageId });
    await expect(act("react", { messageId, emoji: "🎉" })).rejects.toThrow("REACTION_UNKNOWN");
    const quoting = call("send", { to: target, message: "trả lời", replyToId: "6921045000001" });
    await expect(quoting).rejects.toThrow("QUOTE_EXPIRED");
    expect(acts().slice(length)).toEqual(["msg sticker", "msg undo"]);
  });
}
