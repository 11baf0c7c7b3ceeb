import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isOurs } from "../../../src/channel/catchup/ours.ts";
import { openSendLedger, type SendLedger } from "../../../src/channel/outbound/send-ledger.ts";
import { textPrint } from "../../../src/channel/outbound/send-print.ts";
import type { HistoryRow } from "../../../src/zca/index.ts";

const lan = "5120034498771203345";
const nowMs = Date.UTC(2026, 10, 22, 8);
let folder: string;
let ledger: SendLedger;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-ours-"));
  ledger = openSendLedger({ file: path.join(folder, "sends.sqlite"), now: () => nowMs });
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const begin = (text: string) => {
  const attempt = { unit: 0, part: 0, parts: 1, thread: `user:${lan}`, kind: "text" as const };
  return ledger.begin({ ...attempt, hash: textPrint(text).hash });
};
const row = (content: string, more: Partial<HistoryRow> = {}): HistoryRow => ({
  id: `m:${lan}:6921045577310`,
  altKeys: [],
  lane: `user:${lan}`,
  msgId: "6921045577310",
  threadId: lan,
  isGroup: false,
  senderId: "3300912847765512008",
  atMs: nowMs + 5_000,
  msgType: "webchat",
  content,
  raw: "{}",
  ...more,
});

test("a message is ours by the id its send gave", () => {
  ledger.end(begin("trả lời 🙂"), { kind: "sent", messageIds: ["6921045577310"] });
  expect(isOurs(ledger, row("trả lời 🙂"), nowMs)).toBe(true);
  expect(isOurs(ledger, row("trả lời 🙂", { msgId: "6921045577311" }), nowMs)).toBe(false);
});

test("or by its words, where nobody knows what came of the send", () => {
  ledger.end(begin("trả lời 🙂"), { kind: "unknown" });
  begin("đang gửi dở");
  expect(isOurs(ledger, row("trả lời 🙂".normalize("NFD")), nowMs + 10_000)).toBe(true);
  expect(isOurs(ledger, row("đang gửi dở"), nowMs + 10_000)).toBe(true);
  expect(isOurs(ledger, row("chủ nhà tự trả lời"), nowMs + 10_000)).toBe(false);
});

test("but not the same words from before, in another conversation, or of a send that surely failed", () => {
  begin("trả lời 🙂");
  ledger.end(begin("không đi"), { kind: "unsent" });
  expect(isOurs(ledger, row("trả lời 🙂", { atMs: nowMs - 60_000 }), nowMs)).toBe(false);
  expect(isOurs(ledger, row("trả lời 🙂", { lane: "user:8891200345671123490" }), nowMs)).toBe(false);
  expect(isOurs(ledger, row("không đi"), nowMs)).toBe(false);
});
