import { describe, expect, test } from "vitest";
import {
  createDecisionRing,
  dropReasons,
  explainDrop,
  screenMessage,
  type DecisionEntry,
} from "../../src/policy/index.ts";

const message = {
  senderId: "5120034498771203345",
  text: "mai họp lúc 9h nhé",
  media: [],
  ownId: "3300912847765512008",
};

describe("screening", () => {
  test("lets an ordinary message pass", () => {
    expect(screenMessage(message)).toEqual({ kind: "pass" });
    expect(screenMessage({ ...message, text: "", media: [{}] })).toEqual({ kind: "pass" });
  });

  test.each([
    ["echo", { senderId: "3300912847765512008" }],
    ["echo", { senderId: "0", ownId: undefined }],
    ["empty", { text: " \n" }],
  ])("drops with reason %s", (reason, changes) => {
    expect(screenMessage({ ...message, ...changes })).toEqual({ kind: "drop", reason });
    expect(explainDrop(reason).sentence).toMatch(/\.$/);
  });
});

test("every reason has a sentence: ours, OpenClaw's about people, and codes nobody knows", () => {
  for (const { sentence } of Object.values(dropReasons)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  for (const reason of ["dm_policy_not_allowlisted", "group_policy_not_allowlisted"])
    expect(explainDrop(reason).sentence).toMatch(/^Only listed people may write .*the sender is not\.$/);
  expect(explainDrop("constructor").sentence).toBe("The rules of this account do not let it in.");
});

test("the ring keeps the newest decisions, oldest first", () => {
  const ring = createDecisionRing();
  for (let index = 0; index < 60; index += 1) {
    const entry: DecisionEntry = { atMs: index, threadId: "1", senderId: "2", result: "drop", reason: "echo" };
    ring.add(entry);
  }
  expect(ring.entries().map(({ atMs }) => atMs)).toEqual(Array.from({ length: 50 }, (_, index) => index + 10));
});
