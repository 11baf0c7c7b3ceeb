import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { carriesCaption, sendFile, sendLink, sendText } from "../../../src/zca/send/send.ts";
import { type Behavior, isRunning, type Script, scriptedZca, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const open: ScriptedZca[] = [];
const scripted = (script: Script): ScriptedZca => {
  const made = scriptedZca(script);
  open.push(made);
  return made;
};
afterEach(() => {
  for (const made of open.splice(0)) made.dispose();
});

const thread = { threadId: "5120034498771203345", isGroup: false };
const text = { ...thread, text: "chào Lan, họp lúc 9h nhé", raw: true };

describe("the outcome of a send", () => {
  test.each<[string, Behavior]>([
    ["an id in the answer", { stdout: "{ message: { msgId: 7654321000001 }, attachment: [] }\n" }],
    [
      "an id and then a crash",
      { stdout: "{ message: { msgId: '7654321000001' } }\n", stderr: "Unhandled 'error' event", exit: 1 },
    ],
    ["an id and then a kill", { stdout: "{ msgId: '7654321000001' }", signal: "SIGKILL" }],
  ])("%s is sent", async (_case, behavior) => {
    await expect(sendText(scripted(behavior).zca, text)).resolves.toEqual({
      kind: "sent",
      messageIds: ["7654321000001"],
    });
  });

  test.each<[string, Behavior, string]>([
    [
      "no session",
      { stderr: 'Error: Profile "work" has no credentials. Run: auth login\n', exit: 1 },
      "ZCA_LOGGED_OUT",
    ],
    ["a refused login", { stderr: "Error: Đăng nhập thất bại\n", exit: 1 }, "ZCA_LOGIN_REFUSED"],
    ["a wrong id", { stderr: "Error: Tham số không hợp lệ\n", exit: 1 }, "ZCA_BAD_TARGET"],
    ["a rate limit", { stderr: "Error: Vượt quá số request cho phép\n", exit: 1 }, "ZCA_RATE_LIMITED"],
    [
      "a refusal of strangers",
      {
        stderr: "Error: Bạn chưa thể gửi tin nhắn đến người này vì người này chặn không nhận tin nhắn từ người lạ.\n",
        exit: 1,
      },
      "ZCA_RECIPIENT_REFUSED",
    ],
    [
      "an error text on stdout with exit 0",
      { stdout: "Error: Không thể nhận tin nhắn từ bạn.\n" },
      "ZCA_RECIPIENT_UNAVAILABLE",
    ],
    ["a usage error", { stderr: "error: unknown option '-x'\n\nUsage: …", exit: 1 }, "ZCA_USAGE"],
  ])("%s is surely unsent", async (_case, behavior, code) => {
    await expect(sendText(scripted(behavior).zca, text)).resolves.toMatchObject({
      kind: "unsent",
      error: { code, accountId: "work" },
    });
  });

  test.each<[string, Behavior]>([
    ["exit 0 without an id", { stdout: "{ message: null, attachment: [] }\n" }],
    ["nothing at all", {}],
    ["a lost connection", { stderr: "Error: fetch failed\n", exit: 1 }],
    ["an unknown error", { stderr: "Error: lỗi lạ 5120034498771203345\n", exit: 1 }],
    ["a kill", { signal: "SIGKILL" }],
  ])("%s is unknown, never failed", async (_case, behavior) => {
    const outcome = await sendText(scripted(behavior).zca, text);
    expect(outcome).toMatchObject({ kind: "unknown", error: { code: "SEND_UNCONFIRMED" } });
    expect(JSON.stringify(outcome) + String(outcome.kind === "unknown" && outcome.error.message)).not.toMatch(
      /họp|5120034498771203345/,
    );
  });

  test("an abort while it runs is unknown, before it runs unsent", async () => {
    const { zca, calls } = scripted({ answers: { "msg send": { hang: true } } });
    const abort = new AbortController();
    const sending = sendText(zca, text, abort.signal);
    await expect.poll(() => calls().length, { timeout: 60_000 }).toBe(1);
    abort.abort();
    await expect(sending).resolves.toMatchObject({ kind: "unknown", error: { code: "SEND_UNCONFIRMED" } });
    await expect(sendText(zca, text, abort.signal)).resolves.toMatchObject({
      kind: "unsent",
      error: { code: "SEND_STOPPED" },
    });
    expect(calls()).toHaveLength(1);
  });

  test("a program that cannot be recognized or carry the text sent nothing", async () => {
    await expect(sendText(scripted({ helps: { "--version": "rác" } }).zca, text)).resolves.toMatchObject({
      kind: "unsent",
      error: { code: "ZCA_UNRECOGNIZED" },
    });
    const { zca, calls } = scripted({});
    await expect(sendText(zca, { ...text, text: "x".repeat(200_000) })).resolves.toMatchObject({
      kind: "unsent",
      error: { code: "TEXT_TOO_LONG" },
    });
    await expect(sendText(zca, { ...text, text: "a\0b" })).resolves.toMatchObject({
      kind: "unsent",
      error: { code: "TEXT_INVALID" },
    });
    expect(calls()).toEqual([]);
  });
});

describe("what is sent how", () => {
  const sent = { stdout: "{ msgId: 7 }" };
  const callsOf = async (
    name: string,
    options: { isGroup?: boolean; caption?: string; script?: Script } = {},
  ): Promise<{ kind: string; args: string[] | undefined }> => {
    const made = scripted(options.script ?? sent);
    const file = path.join(made.folder, name);
    writeFileSync(file, "nội dung");
    const message = {
      ...thread,
      isGroup: options.isGroup ?? false,
      file,
      ...(options.caption === undefined ? {} : { caption: options.caption }),
    };
    const outcome = await sendFile(made.zca, message);
    return {
      kind: outcome.kind,
      args: made
        .calls()[0]
        ?.args.map((arg) => (arg === file ? "<file>" : arg))
        .slice(2),
    };
  };

  test("pictures as pictures, in a group with the group flag, with their caption", async () => {
    expect(await callsOf("a.jpg", { isGroup: true, caption: "- ảnh đẹp" })).toEqual({
      kind: "sent",
      args: ["msg", "image", "--group", "-m", "- ảnh đẹp", "--", thread.threadId, "<file>"],
    });
    expect(await callsOf("a.gif")).toEqual({ kind: "sent", args: ["msg", "image", "--", thread.threadId, "<file>"] });
  });

  test("everything else as an upload, because `msg image` would lose it silently", async () => {
    for (const name of ["a.pdf", "a.mp4", "a.heic", "a.GIF", "a.JPG", "không-đuôi"]) {
      expect(await callsOf(name)).toEqual({ kind: "sent", args: ["msg", "upload", "--", "<file>", thread.threadId] });
    }
  });

  test("a caption only where it travels in the same message", async () => {
    expect(carriesCaption("/m/a.png")).toBe(true);
    expect(["/m/a.gif", "/m/a.pdf", "/m/a.PNG"].some(carriesCaption)).toBe(false);
    expect(await callsOf("a.gif", { caption: "x" })).toEqual({ kind: "unsent", args: undefined });
  });

  test("a file that does not exist is unsent without a call", async () => {
    const { zca, calls, folder } = scripted(sent);
    await expect(sendFile(zca, { ...thread, file: path.join(folder, "không có.png") })).resolves.toMatchObject({
      kind: "unsent",
      error: { code: "MEDIA_NOT_FOUND" },
    });
    expect(calls()).toEqual([]);
  });

  test("a legacy program says that it cannot send files", async () => {
    const helps = { "--help": "Usage: zca\n auth listen msg license", "--version": "0.0.24" };
    expect(await callsOf("a.pdf", { script: { ...sent, helps } })).toEqual({ kind: "unsent", args: undefined });
  });

  test("cancelled while the program is still being asked what it can do, is unsent", async () => {
    const { zca, journal } = scripted({ noHandshake: true, hang: true });
    const abort = new AbortController();
    const outcome = sendText(zca, text, abort.signal);
    await expect.poll(() => journal().length, { timeout: 60_000 }).toBe(2);
    abort.abort();
    await expect(outcome).resolves.toMatchObject({ kind: "unsent", error: { code: "SEND_STOPPED" } });
    expect(journal().map(({ pid }) => isRunning(pid))).toEqual([false, false]);
  });

  test("links", async () => {
    const { zca, calls } = scripted({ stdout: "{ msgId: '8' }" });
    await expect(sendLink(zca, { ...thread, url: "https://vi.wikipedia.org/wiki/Phở" })).resolves.toEqual({
      kind: "sent",
      messageIds: ["8"],
    });
    expect(calls().map(({ args }) => args.slice(2, 4).join(" "))).toEqual(["msg link"]);
  });
});
