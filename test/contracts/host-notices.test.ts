import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { failureNotice, localizeNotice, vietnameseNotices } from "../../src/channel/outbound/host-notices.ts";

/** Where the host's bundler puts what it says to people; a renamed bundle fails the test below, to be looked at. */
const bundles =
  /^(?:agent-runner|builtin-openclaw|dispatch-from-config|execution|get-reply|commentary-progress-owner|assistant-request-failure)/u;

test("every notice that is translated is one the host writes, to the letter", () => {
  const dist = path.dirname(fileURLToPath(import.meta.resolve("openclaw/plugin-sdk/channel-core")));
  const folder = path.dirname(dist);
  const code = readdirSync(folder)
    .filter((name) => bundles.test(name) && name.endsWith(".mjs"))
    .map((name) => readFileSync(path.join(folder, name), "utf8"))
    .join("\n");
  expect([...vietnameseNotices.keys()].filter((notice) => !code.includes(notice))).toEqual([]);
});

test("a Vietnamese account's contacts read the host's notices in Vietnamese, an English one's as they are", () => {
  for (const [english, vietnamese] of vietnameseNotices) {
    expect(localizeNotice(english, "vi")).toBe(vietnamese);
    expect(localizeNotice(`\n${english} `, "vi")).toBe(vietnamese);
    expect(localizeNotice(english, "en")).toBe(english);
    expect(vietnamese).toBe(vietnamese.normalize("NFC"));
  }
});

test.each([
  "⚠️ LLM request failed.",
  "⚠️ openai/gpt-6 request failed (rate limited, HTTP 429). This is usually temporary — try again shortly.",
  "⚠️ local/toy request failed (authentication failed). Re-authenticate the provider and try again.",
])("no contact learns which model failed: %s", (notice) => {
  expect(localizeNotice(notice, "vi")).toMatch(/^⚠️ Mình đang gặp trục trặc/u);
});

test.each([
  "Chào bạn 🙂",
  "The text says: Please try again.",
  "⚠️ Agent couldn't generate a response. Please try again. Ý mình là lỗi này nghĩa là gì?",
  "⚠️ Yêu cầu a/b request failed (x). Thử lại",
  "⚠️ a/b request failed (x).\nDòng thứ hai của câu trả lời",
  "",
])("what only resembles a notice goes out as it is: %j", (text) => {
  expect(localizeNotice(text, "vi")).toBe(text);
});

test.each([
  "⚠️ Authentication failed (provider returned HTTP 401). Your provider token may have expired — try the request again in a moment.",
  '⚠️ Missing API key for provider "openai". Run `openclaw doctor --fix` to repair stale OpenAI model/session routes.',
  "⚠️ Something a later OpenClaw says.\n\nWith a hint for its operator.",
  "LLM request timed out.",
])("an error the host marks as one is said in Vietnamese, whatever it is: %s", (error) => {
  expect(failureNotice(error, "vi")).toMatch(/^⚠️ Mình đang gặp trục trặc/u);
  expect(failureNotice(error, "en")).toBe(error);
});

test("an error with words of its own in Vietnamese keeps them, and what may hold an answer goes out whole", () => {
  for (const [english, vietnamese] of vietnameseNotices) expect(failureNotice(english, "vi")).toBe(vietnamese);
  const partly = "Đã đặt bàn cho 4 người 🍜\n\nThe agent ended before its answer was complete.";
  expect(failureNotice(partly, "vi")).toBe(partly);
});
