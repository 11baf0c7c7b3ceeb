import { afterEach, expect, test, vi } from "vitest";
import { knownMessage, rememberMessages } from "../../src/channel/references/known-messages.ts";
import { decodeMessage, type InboundMessage } from "../../src/zca/index.ts";

const thread = "7044519283300761122";

function message(over: Record<string, unknown> = {}): InboundMessage {
  const line = {
    threadId: thread,
    chatType: "group",
    senderId: "8891200345671123490",
    msgId: "6921045577310",
    cliMsgId: "1795327700123",
    msgType: "webchat",
    content: "chào cả nhà 🙂",
    ts: String(Date.now()),
    ...over,
  };
  const decoded = decodeMessage(line);
  if ("malformed" in decoded) throw new Error(decoded.malformed);
  return decoded;
}

afterEach(() => void vi.useRealTimers());

test("a message is known in its own conversation and account, for a day", () => {
  vi.useFakeTimers();
  rememberMessages("nhà", [message()]);
  expect(knownMessage("nhà", `group:${thread}`, "6921045577310")).toMatchObject({
    cliMessageId: "1795327700123",
    excerpt: "chào cả nhà 🙂",
  });
  expect(knownMessage("nhà", `user:${thread}`, "6921045577310")).toBeUndefined();
  expect(knownMessage("khác", `group:${thread}`, "6921045577310")).toBeUndefined();
  vi.advanceTimersByTime(24 * 60 * 60_000);
  expect(knownMessage("nhà", `group:${thread}`, "6921045577310")).toBeUndefined();
});

test("a picture without words is quoted as one, never by its address; a long text is cut between characters", () => {
  rememberMessages("ảnh", [
    message({
      msgId: "6921045577311",
      msgType: "chat.photo",
      content: "https://p.example/a.jpg",
      mediaUrl: "https://p.example/a.jpg",
      mediaKind: "image",
    }),
    message({ msgId: "6921045577312", content: `${"a".repeat(299)}🙂 và còn nữa` }),
  ]);
  expect(knownMessage("ảnh", `group:${thread}`, "6921045577311")?.excerpt).toBe("[Hình ảnh]");
  const excerpt = knownMessage("ảnh", `group:${thread}`, "6921045577312")?.excerpt ?? "";
  expect(excerpt.isWellFormed()).toBe(true);
  expect(excerpt.length).toBeLessThanOrEqual(301);
});

test("the oldest make room, so that a flood of messages takes no memory", () => {
  const flood = Array.from({ length: 2_100 }, (_, index) => message({ msgId: String(7_000_000_000_000 + index) }));
  rememberMessages("lụt", flood);
  expect(knownMessage("lụt", `group:${thread}`, "7000000000000")).toBeUndefined();
  expect(knownMessage("lụt", `group:${thread}`, "7000000002099")).toBeDefined();
});
