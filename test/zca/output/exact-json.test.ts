import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExactJson } from "../../../src/zca/output/exact-json.ts";

describe("exact JSON", () => {
  test("keeps every digit of an id written as a number", () => {
    const text = '{"threadId":5120034498771203345, "ids":[ -9007199254740993,7654321000001],"n":1.5}';
    expect(parseExactJson(text)).toEqual({
      threadId: "5120034498771203345",
      ids: ["-9007199254740993", 7_654_321_000_001],
      n: 1.5,
    });
  });

  test("keeps a lone number and leaves strings alone", () => {
    expect(parseExactJson("5120034498771203345")).toBe("5120034498771203345");
    expect(parseExactJson('{"content":"số:5120034498771203345, nhé"}')).toEqual({
      content: "số:5120034498771203345, nhé",
    });
  });

  test("any integer comes back with its digits, any other value as JSON.parse gives it", () => {
    const leaf = fc.oneof(
      fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
      fc.string({ unit: "grapheme" }),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 8 }), fc.constantFrom("", " ", "\n "), (values, gap) => {
        const text = `[${values.map((value) => gap + (typeof value === "bigint" ? String(value) : JSON.stringify(value))).join(",")}]`;
        const expected = values.map((value) => {
          if (typeof value !== "bigint") return JSON.parse(JSON.stringify(value)) as unknown;
          return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
        });
        const actual = parseExactJson(text) as unknown[];
        expect(actual.map(digits)).toEqual(expected.map(digits));
      }),
      { numRuns: 500 },
    );
  });

  test("agrees with JSON.parse on every document without long integers, broken ones included", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(attempt(() => digitsDeep(parseExactJson(text)))).toEqual(attempt(() => digitsDeep(JSON.parse(text))));
      }),
    );
  });
});

/** Doubles beyond 2^53 print as integers in JSON; there the digits decide. */
function digits(value: unknown): unknown {
  return typeof value === "number" && !Number.isSafeInteger(value) && Number.isInteger(value) ? String(value) : value;
}

function digitsDeep(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null, (_key, item: unknown) => digits(item)));
}

function attempt(action: () => unknown): unknown {
  try {
    return { value: action() };
  } catch (error) {
    return { failed: error instanceof SyntaxError };
  }
}
