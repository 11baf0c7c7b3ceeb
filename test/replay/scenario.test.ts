import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseScenario, parseStep, readScenario } from "../../sim/scenario/read.ts";

const samples = fileURLToPath(new URL("../../sim/scenarios/", import.meta.url));

const least = {
  about: "Lan hỏi một câu",
  people: { lan: "Lan Phạm" },
  steps: [{ do: "say", from: "lan", text: "alo" }],
  expect: [{ that: "silent", to: "lan" }],
};
const complaint = (changes: object) => () => parseScenario(JSON.stringify({ ...least, ...changes }), "bug.json");

describe("a scenario file", () => {
  test.each(readdirSync(samples))("%s, a sample, is one", (name) => {
    expect(readScenario(`${samples}${name}`).steps).not.toEqual([]);
  });

  test("is read as NFC and with a byte order mark in front", () => {
    const written = `\uFEFF${JSON.stringify(least).normalize("NFD")}`;
    expect(parseScenario(written).people["lan"]).toBe("Lan Phạm".normalize("NFC"));
  });

  test.each([
    ["a step nobody knows", { steps: [{ do: "dance" }] }, /steps\[0\]\.do: .*/u],
    ["a misspelled key", { steps: [{ do: "say", form: "lan", text: "alo" }] }, /steps\[0\].*form/u],
    ["a step without its text", { steps: [{ do: "say", from: "lan" }] }, /steps\[0\]\.text: /u],
    ["a fault of no group", { steps: [{ do: "faults", faults: [{ effect: { group: "x" } }] }] }, /effect\.group: /u],
    ["no expectation", { expect: [] }, /expect: without an expectation a run would prove nothing/u],
    [
      "a person nobody introduced",
      { steps: [{ do: "say", from: "huy", text: "alo" }] },
      /steps\[0\]\.from: there is no person "huy"/u,
    ],
    [
      "a group nobody introduced",
      { steps: [{ do: "say", from: "lan", in: "family", text: "alo" }] },
      /no group "family"/u,
    ],
    ["a stranger in an expectation", { expect: [{ that: "silent", to: "huy" }] }, /expect\[0\]\.to: there is no/u],
    ["a stranger in the config", { config: { allowFrom: ["@huy"] } }, /config: there is no person or group "huy"/u],
    [
      "a stranger in a group",
      { groups: { family: { name: "Gia đình 🏡", members: ["huy"] } } },
      /members\[0\]: there is no person "huy"/u,
    ],
    [
      "the account among the people",
      { people: { lan: "Lan Phạm", bot: "Trợ lý" } },
      /people\.bot: this word is taken/u,
    ],
  ])("with %s is refused, with file and place", (_what, changes, words) => {
    expect(complaint(changes)).toThrowError(words);
    expect(complaint(changes)).toThrowError(/^bug\.json is no scenario:\n/u);
  });

  test("that is no JSON, or is not there, is refused in a sentence", () => {
    expect(() => parseScenario("{ about: 1 }", "bug.json")).toThrowError(/^bug\.json is no JSON: /u);
    expect(() => readScenario("nowhere.json")).toThrowError(/^nowhere\.json cannot be read: .*ENOENT/u);
  });

  test("a single step is read alone, for the prompt", () => {
    expect(parseStep('{"do":"kill","what":"listener"}')).toEqual({ do: "kill", what: "listener" });
    expect(() => parseStep('{"do":"kill","what":"cat"}')).toThrowError(/what: /u);
  });
});
