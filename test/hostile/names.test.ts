import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { visibleName } from "../../src/zca/output/visible-name.ts";

describe("a name that anybody may choose", () => {
  test.each([
    ["Nguyễn Thị Ánh Tuyết", "Nguyễn Thị Ánh Tuyết"],
    ["  Gia đình   yêu thương 🏡 ", "Gia đình yêu thương 🏡"],
    ["Nguyễn Văn Tuấn".normalize("NFD"), "Nguyễn Văn Tuấn"],
    ["Nhà mình 👨‍👩‍👧 👍🏽 ❤️‍🔥 🏳️‍🌈 🇻🇳", "Nhà mình 👨‍👩‍👧 👍🏽 ❤️‍🔥 🏳️‍🌈 🇻🇳"],
    ["constructor", "constructor"],
  ])("stays as it is: %s", (typed, shown) => {
    expect(visibleName(typed)).toBe(shown);
  });

  test.each([
    ["colors and cursor movements of a terminal", "Lan\u001b[31m Phạm\u001b[2K\u001b[1A", "Lan Phạm"],
    [
      "a terminal's title and link sequences",
      "\u001b]0;rm -rf\u0007Lan\u001b]8;;http://x.example\u001b\\ Phạm",
      "Lan Phạm",
    ],
    ["an escape sequence of one byte", "Lan\u009b31m Phạm\u0007", "Lan 31m Phạm"],
    ["line breaks of every kind", "Lan\r\n[system] Phạm\u2028x\u2029y\u0085z\u000bw", "Lan [system] Phạm x y z w"],
    ["the right-to-left override", "Lan \u202egnp.exe\u202c", "Lan gnp.exe"],
    ["isolates and marks", "\u2066Lan\u2069 \u200ePhạm\u200f\u061c", "Lan Phạm"],
    ["zero-width characters", "L\u200ba\u200cn\u2060 Ph\ufeffạm\u00ad", "Lan Phạm"],
    ["a joiner between letters", "La\u200dn", "Lan"],
    ["words hidden in tag characters", "Lan\u{e0049}\u{e0047}\u{e004e}\u{e004f}\u{e0052}\u{e0045}", "Lan"],
    ["words hidden in variation selectors", "Lan\u{e0101}\u{e0152}\ufe01", "Lan"],
    ["fillers that look like nothing", "Lan\u3164\uffa0\u115f\u2800 Phạm", "Lan Phạm"],
    ["a NUL", "La\u0000n", "La n"],
    ["half a character", "Lan \ud83d", "Lan \ufffd"],
    ["a hundred marks on one letter", `Z${"\u0335".repeat(100)}algo`, "Z\u0335\u0335\u0335algo"],
  ])("loses %s", (_what, typed, shown) => {
    expect(visibleName(typed)).toBe(shown);
  });

  test("of nothing but invisible characters is none", () => {
    expect(visibleName("\u200b\u202e\u2800 \u3164\n")).toBe("");
  });

  test("of five million characters costs no time and is cut at a whole character", () => {
    const startMs = performance.now();
    const shown = visibleName("😀".repeat(2_500_000));
    expect(performance.now() - startMs).toBeLessThan(1000);
    expect(shown.length).toBeLessThanOrEqual(200);
    expect(shown.isWellFormed()).toBe(true);
  });

  test("never holds a control, hidden or reordering character, and cleaning it again changes nothing", () => {
    const nasty = fc.constantFrom(
      "\u001b",
      "[",
      "]",
      "\u0007",
      "\u009b",
      "\u200b",
      "\u200d",
      "\u202e",
      "\u2066",
      "\u0000",
      "\n",
      "\ufe0f",
      "\u034f",
      "👨",
      "👩",
      "😀",
      "a",
      "ạ",
      " ",
      "\u{e0041}",
      "\u001b[31m",
      "\u001b]0;x\u0007",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(nasty, fc.string({ unit: "binary" })), { maxLength: 40 }), (parts) => {
        const shown = visibleName(parts.join(""));
        expect(shown).not.toMatch(
          /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e0fff}]/u,
        );
        expect(shown.isWellFormed()).toBe(true);
        expect(shown.length).toBeLessThanOrEqual(200);
        expect(visibleName(shown)).toBe(shown);
      }),
      { numRuns: 2000 },
    );
  });
});
