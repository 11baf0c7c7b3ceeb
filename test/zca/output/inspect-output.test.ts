import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inspectedField, messageIdsIn } from "../../../src/zca/output/inspect-output.ts";

describe("message ids in inspected output", () => {
  test("finds a number, quoted digits, and every chunk once", () => {
    expect(messageIdsIn("{ message: { msgId: 7654321000001 }, attachment: [] }\n")).toEqual(["7654321000001"]);
    expect(messageIdsIn("{ msgId: '7654321000002' }")).toEqual(["7654321000002"]);
    const chunked = inspect(
      {
        chunked: true,
        chunkCount: 2,
        msgId: "12",
        response: [{ message: { msgId: 11 } }, { message: { msgId: "12" } }],
      },
      { depth: 6 },
    );
    expect(messageIdsIn(chunked)).toEqual(["12", "11"]);
  });

  test("finds nothing where nothing was sent", () => {
    for (const text of [
      "",
      "{ message: null, attachment: [] }",
      "undefined",
      "Sent",
      "{ cliMsgId: '1795327700123' }",
      "{ msgId: 0 }",
      "{ msgId: null }",
    ]) {
      expect(messageIdsIn(text)).toEqual([]);
    }
  });

  test("finds every id of any answer, whatever stands around it", () => {
    const id = fc.oneof(fc.integer({ min: 1 }), fc.stringMatching(/^[1-9]\d{0,24}$/));
    fc.assert(
      fc.property(fc.array(id, { maxLength: 60 }), fc.boolean(), (ids, caption) => {
        const answer = { message: caption ? { msgId: 99 } : null, attachment: ids.map((msgId) => ({ msgId })) };
        const expected = [...new Set([...(caption ? ["99"] : []), ...ids.map(String)])];
        expect(messageIdsIn(inspect(answer, { depth: 6 }))).toEqual(expected);
      }),
    );
  });
});

describe("a field of inspected output", () => {
  test("reads what `auth status` says", () => {
    const text = inspect({
      profile: "work",
      loggedIn: true,
      userId: "3300912847765512008",
      displayName: "Trợ lý",
      credentialsPath: "x",
    });
    expect(inspectedField(text, "loggedIn")).toBe("true");
    expect(inspectedField(text, "userId")).toBe("3300912847765512008");
    expect(inspectedField(text, "displayName")).toBe("Trợ lý");
    expect(inspectedField(text, "phone")).toBeUndefined();
  });

  test("reads any string back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary-ascii" }), (name, other) => {
        for (const displayName of [name, other, name + other]) {
          expect(inspectedField(inspect({ userId: "1", displayName }), "displayName")).toBe(displayName);
        }
      }),
      { numRuns: 300 },
    );
  });
});
