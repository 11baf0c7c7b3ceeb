import { expect, test } from "vitest";
import { toldOpen, type Asked } from "./soak/told-open.ts";

const lan = "user:5120034498771203345";
const asked: Asked[] = [
  { accountId: "shop1", thread: lan, atMs: Date.parse("2026-11-22T20:00:00Z"), tokens: ["ping-một"] },
  { accountId: "shop2", thread: lan, atMs: Date.parse("2026-11-22T20:00:01Z"), tokens: ["ping-hai"] },
  { accountId: "shop1", thread: lan, atMs: Date.parse("2026-11-22T20:05:00Z"), tokens: ["ping-ba"] },
];
const line = (time: string, message: string) => JSON.stringify({ 0: "{}", 1: message, time });
const unknown = `[shop1] Zalo account "shop1": To ${lan}: zca ended "msg send" without a message id. Look. [SEND_UNCONFIRMED]`;

const never = () => false;

test("what the log calls unknown is the oldest answer of that conversation that never arrived, and no other", () => {
  expect(toldOpen(line("2026-11-22T20:01:00Z", unknown), asked, never)).toEqual(["ping-một"]);
  expect(toldOpen(line("2026-11-22T20:06:00Z", unknown), asked, never)).toEqual(["ping-một"]);
  expect(toldOpen(line("2026-11-22T20:06:00Z", unknown), asked, (token) => token === "ping-một")).toEqual(["ping-ba"]);
});

test("that a conversation goes on without an answer reports it once", () => {
  const left = `[shop1] an earlier answer to ${lan} is still not out; the conversation goes on without it`;
  const log = [line("2026-11-22T20:06:00Z", left), "no JSON", line("2026-11-22T20:07:00Z", left)].join("\n");
  expect(toldOpen(log, asked, never)).toEqual(["ping-một"]);
  expect(toldOpen(log.replaceAll("shop1", "shop2"), asked, never)).toEqual(["ping-hai"]);
});

test("what the log says of sends that are surely unsent, or of other things, reports nothing", () => {
  const unsent = `[shop1] Zalo account "shop1": To ${lan}: Zalo cannot be reached. [ZCA_NETWORK]`;
  expect(toldOpen(line("2026-11-22T20:06:00Z", unsent), asked, never)).toEqual([]);
  expect(toldOpen(line("2026-11-22T19:00:00Z", unknown), asked, never)).toEqual([]);
});
