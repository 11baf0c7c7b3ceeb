import { expect, test } from "vitest";
import { toldOpen, type Asked } from "./soak/told-open.ts";

const lan = "user:5120034498771203345";
const at = (time: string) => Date.parse(`2026-11-22T20:${time}Z`);
const asked: Asked[] = [
  { accountId: "shop1", thread: lan, atMs: at("00:00"), tokens: ["ping-một"] },
  { accountId: "shop2", thread: lan, atMs: at("00:01"), tokens: ["ping-hai"] },
  { accountId: "shop1", thread: lan, atMs: at("05:00"), tokens: ["ping-ba"] },
];
const [first, , third] = asked;
const sent = [first, third].flatMap((one) => (one === undefined ? [] : [{ ...one, atMs: one.atMs + 2000 }]));
const line = (time: string, message: string) => JSON.stringify({ 0: "{}", 1: message, time: `2026-11-22T20:${time}Z` });
const unknown = `[shop1] Zalo account "shop1": To ${lan}: zca ended "msg send" without a message id. Look. [SEND_UNCONFIRMED]`;
const left = `[shop1] an earlier answer to ${lan} is still not out; the conversation goes on without it`;
const told = (log: string, out: readonly string[] = []) =>
  toldOpen(log, { asked, sent, isOut: (token) => out.includes(token) });

test("a send the log calls unknown is the last one of that conversation, and no other", () => {
  expect(told(line("01:00", unknown))).toEqual(["ping-một"]);
  expect(told(line("06:00", unknown))).toEqual(["ping-ba"]);
});

test("an unknown send that arrived all the same excuses no other answer", () => {
  expect(told(line("06:00", unknown), ["ping-ba"])).not.toContain("ping-một");
});

test("nor does one of another account, or of before anything was sent", () => {
  expect(told(line("06:00", unknown.replaceAll("shop1", "shop2")))).toEqual([]);
  expect(told(line("00:01", unknown))).toEqual([]);
});

test("that a conversation goes on without an answer reports the oldest that never arrived, once", () => {
  const twice = [line("06:00", left), "no JSON", line("07:00", left)].join("\n");
  expect(told(twice)).toEqual(["ping-một"]);
  expect(told(twice, ["ping-một"])).toEqual(["ping-ba"]);
  expect(told([line("06:00", unknown), line("07:00", left)].join("\n"), ["ping-một"])).toEqual(["ping-ba"]);
  expect(told(twice.replaceAll("shop1", "shop2"))).toEqual(["ping-hai"]);
});

test("what the log says of sends that are surely unsent reports nothing", () => {
  expect(told(line("06:00", `[shop1] Zalo account "shop1": To ${lan}: Zalo cannot be reached. [ZCA_NETWORK]`))).toEqual(
    [],
  );
});
