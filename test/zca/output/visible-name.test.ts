import * as fc from "fast-check";
import { expect, test } from "vitest";
import { visibleName } from "../../../src/zca/output/visible-name.ts";

test.each([
  ["Lan Phạm", "Lan Phạm"],
  ["Nguye\u0302\u0303n  Anh\u00a0Tuấn ", "Nguyễn Anh Tuấn"],
  ["Cửa hàng 🌷 số 2", "Cửa hàng 🌷 số 2"],
  ["Lan\u3164Phạm", "LanPhạm"],
  ["a".repeat(300), "a".repeat(200)],
  ["\u0958".repeat(150), "\u0915\u093c".repeat(100)],
])("%j is shown as %j", (name, shown) => {
  expect(visibleName(name)).toBe(shown);
});

test("a plain name, which is not cleaned, is what cleaning would leave of it", () => {
  const letter = fc.constantFrom(..."aZđạễỹ9ㅎ김語\u3164\uffa0\u0958\u212a\ud83d\u1160 \u00a0\u0301\u200d".split(""));
  const name = fc.oneof(fc.string({ unit: letter, maxLength: 210 }), fc.string({ unit: "binary", maxLength: 30 }));
  fc.assert(
    fc.property(name, (text) => {
      // A character that shows nothing keeps a name from passing for a plain one.
      expect(visibleName(text)).toBe(visibleName(`\u200b${text}`));
    }),
    { numRuns: 3000 },
  );
});
