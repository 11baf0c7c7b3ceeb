import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { findJsonDocument } from "../../../src/zca/output/json-document.ts";
import { growthOf, linearGrowth } from "../../text/growth.ts";

const rows = z.array(z.looseObject({ userId: z.string() }));

describe("finding the JSON document in an answer", () => {
  test("ignores log lines before and after it", () => {
    const document = JSON.stringify([{ userId: "5120034498771203345", displayName: "Phạm [Lan] {chị}" }], null, 2);
    const text = `[INFO] connecting …\n{not json}\n${document}\nDone in 3 s [ok]\n`;
    expect(findJsonDocument(text, rows)).toEqual([{ userId: "5120034498771203345", displayName: "Phạm [Lan] {chị}" }]);
  });

  test("takes the document that fits the shape, not the first JSON", () => {
    expect(findJsonDocument('{"level":"info"}\n[1]\n[{"userId":"7"}]', rows)).toEqual([{ userId: "7" }]);
  });

  test("keeps the digits of numeric ids", () => {
    const loose = z.array(z.looseObject({ userId: z.unknown() }));
    expect(findJsonDocument('noise\n[{"userId": 5120034498771203345}]', loose)).toEqual([
      { userId: "5120034498771203345" },
    ]);
  });

  test("finds nothing in a cut document, a table or nothing", () => {
    for (const text of ["", "undefined", '[{"userId":"1"}', "┌───┐\n│ 1 │\n└───┘", "[[[[", '{"a":"\\']) {
      expect(findJsonDocument(text, rows)).toBeUndefined();
    }
  });

  test("finds any document between any lines of noise", () => {
    const noise = fc.array(
      fc.string({ unit: "grapheme", maxLength: 30 }).filter((line) => !/^\s*[[{]/.test(line)),
      { maxLength: 5 },
    );
    const document = fc.array(
      fc.record({ userId: fc.stringMatching(/^\d{1,20}$/), displayName: fc.string({ unit: "grapheme" }) }),
    );
    fc.assert(
      fc.property(noise, document, noise, fc.constantFrom(0, 2), (before, value, after, indent) => {
        const text = [...before.map(oneLine), JSON.stringify(value, null, indent), ...after.map(oneLine)].join("\n");
        expect(findJsonDocument(text, rows)).toEqual(value);
      }),
    );
  });

  test.each<[string, (chars: number) => string]>([
    ["brackets that never close", (chars) => "[\n".repeat(chars / 2)],
    ["a string that never ends", (chars) => `{"a":"${"x".repeat(chars * 50)}`],
    ["a thousand documents of another shape", (chars) => '{"a":1}\n'.repeat(chars / 8)],
  ])("gives up on %s in linear time", (_case, text) => {
    const work = (chars: number) => expect(findJsonDocument(text(chars), rows)).toBeUndefined();
    expect(growthOf(work)).toBeLessThan(linearGrowth);
  });
});

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, " ").replace(/^\s*[[{]/, "");
}
