import { describe, expect, test } from "vitest";
import { takeQuoteOff } from "../../../src/channel/inbound/quoting.ts";

describe("the quote of an answer that goes through the host's queue", () => {
  test("is handed over beside the payload, so that a forgotten message costs no answer", () => {
    const quoting = takeQuoteOff("first");
    const payload = quoting.prepare({ text: "đáp", replyToId: "6921045577310" });
    expect(payload).toEqual({ text: "đáp" });
    expect(quoting.optionsOf(payload)).toEqual({ replyToId: "6921045577310", replyToMode: "first" });
    expect(quoting.wishOf(payload)).toBe("6921045577310");
  });

  test("is nothing where none is asked for, instead of what the answered message quotes", () => {
    const quoting = takeQuoteOff("off");
    const payload = quoting.prepare({ text: "đáp" });
    expect(quoting.optionsOf(payload)).toEqual({ replyToId: null, replyToMode: "first" });
  });

  test("stands on every message where the mode says so", () => {
    const quoting = takeQuoteOff("all");
    expect(quoting.optionsOf(quoting.prepare({ replyToId: "1" }))).toEqual({ replyToId: "1", replyToMode: "all" });
  });
});
