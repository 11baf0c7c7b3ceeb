import { describe, expect, test } from "vitest";
import type { ServerMessage } from "../../sim/control.ts";
import type { Expectation } from "../../sim/scenario/schema.ts";
import { namesOf } from "../../sim/scenario/stage.ts";
import { checkAll, type Outcome, settle } from "./expectations.ts";

const lan = "5120034498771203345";
const names = namesOf("1", "Trợ lý", new Map([["lan", lan]]), new Set());
const sent = (text: string) => ({ profile: "default", threadId: lan, text }) as ServerMessage;
const heard = { threadId: lan, text: "Hàng Gai" } as ServerMessage;
const seen = {
  messages: [heard, sent("ra phố Hàng Gai ☕")],
  calls: [{ command: "msg send" }],
  asked: ["Uống cà phê ở đâu ngon?"],
  logged: ["zca listen ended"],
  issues: ["not logged in"],
  names,
};

describe("an expectation", () => {
  test.each<[Expectation, boolean]>([
    [{ that: "answered", to: "lan", text: "Hàng Gai" }, true],
    [{ that: "answered", to: "lan", text: "Hàng Gai", times: 2 }, false],
    [{ that: "answered", to: "lan", text: "Hàng Mành", times: 0 }, true],
    [{ that: "silent", to: "lan" }, false],
    [{ that: "asked", text: "cà phê" }, true],
    [{ that: "asked", text: "bún chả" }, false],
    [{ that: "called", command: "msg send", times: 1 }, true],
    [{ that: "called", command: "msg send", times: 0 }, false],
    [{ that: "logged", words: "ended" }, true],
    [{ that: "logged", words: "crashed" }, false],
    [{ that: "status", words: "logged in" }, true],
    [{ that: "status", words: "banned" }, false],
  ])("%j: %s", (wanted, holds) => {
    expect(checkAll([wanted], seen)[0]?.holds).toBe(holds);
  });

  test("that does not hold says what was there instead", () => {
    const [outcome] = checkAll([{ that: "answered", to: "lan", text: "Hàng Mành" }], seen);
    expect(outcome).toMatchObject({ wanted: 'lan is sent "Hàng Mành" once', found: expect.stringContaining("never") });
    expect(outcome?.found).toContain("ra phố Hàng Gai ☕");
  });
});

describe("the time after the last step", () => {
  const outcome = (changes: Partial<Outcome>): Outcome => ({
    holds: true,
    isFinal: false,
    wanted: "",
    found: "",
    ...changes,
  });
  const quiet = async () => true;

  test("ends at once when all holds, or when what does not hold never can", async () => {
    const looks: string[] = [];
    const outcomes = [outcome({}), outcome({ holds: false, isFinal: true })];
    const look = async () => {
      looks.push("look");
      return outcomes;
    };
    expect(await settle(look, quiet, 60_000)).toBe(outcomes);
    expect(looks).toEqual(["look"]);
  });

  test("is given to what may still come true", async () => {
    const answers = [[outcome({ holds: false })], [outcome({})]];
    expect(await settle(async () => answers.shift() ?? [], quiet, 60_000)).toEqual([outcome({})]);
  });

  test("ends, and the last look counts", async () => {
    const late = [outcome({ holds: false })];
    expect(
      await settle(
        async () => late,
        async () => false,
        1,
      ),
    ).toBe(late);
  });
});

test("what was sent too often, or at all to somebody who is to hear nothing, stays so", () => {
  const wanted: Expectation[] = [
    { that: "answered", to: "lan", text: "Hàng Gai", times: 0 },
    { that: "answered", to: "lan", text: "Hàng Mành" },
    { that: "silent", to: "lan" },
    { that: "logged", words: "crashed" },
  ];
  expect(checkAll(wanted, seen).map(({ isFinal }) => isFinal)).toEqual([true, false, true, false]);
});
