import { describe, expect, test } from "vitest";
import { findMention } from "../../src/policy/index.ts";
import type { MentionQuestion } from "../../src/policy/mention.ts";

const ownId = "3300912847765512008";
const base: MentionQuestion = {
  isGroup: true,
  msgType: "webchat",
  text: "@Trợ lý tóm tắt giúp",
  mentions: [{ uid: ownId, pos: 0, len: 7, type: 0 }],
  ownId,
};
const ask = (changes: Partial<MentionQuestion>) => findMention({ ...base, ...changes });
const nobody = { addressed: false, evidence: "none", hasAnyMention: false };

describe("native mentions", () => {
  test("count with the text to show for them", () => {
    expect(ask({})).toEqual({ addressed: true, evidence: "native", hasAnyMention: true });
    expect(ask({ msgType: "chat.photo" }).addressed).toBe(true);
    expect(ask({ text: "này 👨‍👩‍👧 @Trợ lý ơi", mentions: [{ uid: ownId, pos: 13, len: 7 }] }).addressed).toBe(true);
  });

  test.each<[string, Partial<MentionQuestion>]>([
    ["a sticker's id", { msgType: "chat.sticker", text: "<non-text:chat.sticker>", mentions: [{ uid: ownId }] }],
    ["JSON typed by hand", { text: "<non-text:webchat>", mentions: [{ uid: ownId, pos: 0, len: 5 }] }],
    ["no position", { mentions: [{ uid: ownId }] }],
    ["no length", { mentions: [{ uid: ownId, pos: 0 }] }],
    ["a position beyond the text", { mentions: [{ uid: ownId, pos: 90, len: 7 }] }],
    ["a length beyond the text", { mentions: [{ uid: ownId, pos: 0, len: 900 }] }],
    ["a negative position", { mentions: [{ uid: ownId, pos: -1, len: 7 }] }],
    ["half a position", { mentions: [{ uid: ownId, pos: 0.5, len: 7 }] }],
    ["a bare @", { text: "@", mentions: [{ uid: ownId, pos: 0, len: 1 }] }],
    ["a direct message", { isGroup: false }],
  ])("%s counts for nothing", (_name, changes) => {
    expect(ask(changes)).toEqual(nobody);
  });

  test("of somebody else, or of everybody, are noticed and address nobody", () => {
    expect(ask({ mentions: [{ uid: "8891200345671123490", pos: 0, len: 7 }] })).toEqual({
      ...nobody,
      hasAnyMention: true,
    });
    expect(ask({ text: "@All họp", mentions: [{ uid: "-1", pos: 0, len: 4, type: 1 }] })).toEqual({
      ...nobody,
      hasAnyMention: true,
    });
    expect(ask({ mentions: [{ uid: ownId, pos: 0, len: 7, type: 1 }] }).addressed).toBe(false);
  });

  test("prove nothing while the own id is unknown", () => {
    expect(ask({ ownId: undefined }).addressed).toBe(false);
  });
});

describe("the own name in the text", () => {
  const legacy: Partial<MentionQuestion> = { mentions: [], msgType: undefined, ownName: "Trợ lý" };

  test.each(["@Trợ lý ơi", "nhờ @trợ lý: tóm tắt", "(@Trơ\u0323 ly\u0301) nhé", "@Trợ lý"])(
    "%j addresses the account",
    (text) => {
      expect(ask({ ...legacy, text })).toEqual({ addressed: true, evidence: "name", hasAnyMention: true });
    },
  );

  test.each(["Trợ lý ơi", "mail@Trợ lý", "@Trợ lýnh", "@Trợ", "@Tro ly"])("%j does not", (text) => {
    expect(ask({ ...legacy, text }).addressed).toBe(false);
  });

  test("does not count where somebody else's mention stands", () => {
    const mentions = [{ uid: "8891200345671123490", pos: 0, len: 12 }];
    expect(ask({ ...legacy, msgType: "webchat", mentions, text: "@Trợ lý Bình chào" }).addressed).toBe(false);
  });

  test("an unknown or empty name matches nothing", () => {
    expect(ask({ ...legacy, ownName: undefined }).addressed).toBe(false);
    expect(ask({ ...legacy, ownName: " ", text: "@ x" }).addressed).toBe(false);
  });
});
