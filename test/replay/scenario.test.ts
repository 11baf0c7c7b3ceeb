import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { faultCatalog } from "../../sim/control/fault-catalog.ts";
import { parseScenario, parseStep, readScenario } from "../../sim/scenario/read.ts";
import { readPlayable } from "./read.ts";

const samples = fileURLToPath(new URL("../../sim/scenarios/", import.meta.url));

const least = {
  about: "Lan hỏi một câu",
  people: { lan: "Lan Phạm" },
  steps: [{ do: "say", from: "lan", text: "alo" }],
  expect: [{ that: "silent", to: "lan" }],
};
const faults = (effect: object) => ({ steps: [{ do: "faults", faults: [{ effect }] }] });
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
    ["a stranger in the config", { config: { allowFrom: ["@huy"] } }, /config\.allowFrom\[0\]: there is no .* "huy"/u],
    ["a name after the @", { config: { allowFrom: ["@Lan Phạm"] } }, /allowFrom\[0\]: there is no .* "Lan Phạm"/u],
    ["a word that is none", { people: { "Lan Phạm": "Lan" } }, /people\.Lan Phạm: must be a word of small letters/u],
    ["a step that does not say what it does", { steps: [{ from: "lan" }] }, /steps\[0\]\.do: must be one of say, /u],
    ["an expectation nobody knows", { expect: [{ that: "anwsered" }] }, /expect\[0\]\.that: must be one of ans/u],
    ["a fault nobody knows", faults({ group: "exit", mode: "sideways" }), /faults\[0\]\.effect: .*mode/u],
    ["a mode nobody knows", faults({ group: "hang", mode: "never" }), /faults\[0\]\.effect\.mode: /u],
    ["a misspelled key of a fault", faults({ group: "exit", whn: "sent" }), /faults\[0\]\.effect: .*whn/u],
    [
      "a fault of a command zca does not have",
      { steps: [{ do: "faults", faults: [{ match: { command: "msg sned" }, effect: { group: "exit" } }] }] },
      /faults\[0\]\.match\.command: must be one of .*msg send/u,
    ],
    [
      "a call of a command zca does not have",
      { expect: [{ that: "called", command: "send", times: 0 }] },
      /expect\[0\]\.command: must be one of /u,
    ],
    [
      "somebody in a group who is no member",
      {
        people: { lan: "Lan Phạm", huy: "Huy Đặng" },
        groups: { family: { name: "Gia đình 🏡", members: ["lan"] } },
        steps: [{ do: "say", from: "huy", in: "family", text: "alo" }],
      },
      /steps\[0\]\.from: huy is no member of family/u,
    ],
    [
      "one id for two people",
      {
        people: { lan: { name: "Lan", uid: "5120034498771203345" }, huy: { name: "Huy", uid: "5120034498771203345" } },
      },
      /people\.huy\.uid: lan has this id already/u,
    ],
    ["a time for a network that is up", { steps: [{ do: "network", is: "up", ms: 5 }] }, /steps\[0\]\.ms: /u],
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

  test.each([
    ["a comma too many", '{\n  "about": "một",\n}', /line 3 column 1/u],
    ["words without quotes", '{\r\n  "about": "một",\r\n  "people": lan\r\n}', /\(line 3\)$/u],
    ["quotes of a word processor", "{\n\n  “about”: 1 }", /line 3\b/u],
    ["its end missing", '{\n  "about": "một"\n', /\(line 3\)$|line 3 column/u],
  ])("with %s is refused with the line", (_what, content, place) => {
    expect(() => parseScenario(content, "bug.json")).toThrowError(/^bug\.json is no JSON: [^\n]+$/u);
    expect(() => parseScenario(content, "bug.json")).toThrowError(place);
  });

  test.each([
    ["UTF-16, as an old editor saves it", Buffer.from(`\uFEFF${JSON.stringify(least)}`, "utf16le")],
    ["a Vietnamese code page", Buffer.from(JSON.stringify({ ...least, about: "h\u00F3a" }), "latin1")],
  ])("in %s is refused, and told how to save it", (_what, bytes) => {
    const folder = mkdtempSync(path.join(tmpdir(), "zalouser-kịch bản-"));
    const file = path.join(folder, "lỗi của Lan.json");
    writeFileSync(file, bytes);
    expect(() => readScenario(file)).toThrowError(/lỗi của Lan\.json is not UTF-8\. Save it with this encoding/u);
    rmSync(folder, { recursive: true });
  });

  test("may have every fault of the simulator's catalog", () => {
    for (const { variant, faults: some } of faultCatalog) {
      expect(complaint({ steps: [{ do: "faults", faults: some }] }), variant).not.toThrow();
    }
  });

  test.each([
    ["a key the plugin does not know", { dmPolcy: "open" }, /config: .*dmPolcy/u],
    ["a value the plugin does not know", { dmPolicy: "everybody" }, /config\.dmPolicy: /u],
    ["a whole config of OpenClaw", { channels: { zalouser: {} } }, /config: .*channels/u],
  ])("with %s in its config is refused before anything is started", (_what, config, place) => {
    const folder = mkdtempSync(path.join(tmpdir(), "zalouser-kịch bản-"));
    const file = path.join(folder, "bug.json");
    writeFileSync(file, JSON.stringify({ ...least, config }));
    expect(() => readPlayable(file)).toThrowError(/bug\.json has a config that the plugin refuses:\n/u);
    expect(() => readPlayable(file)).toThrowError(place);
    rmSync(folder, { recursive: true });
  });

  test("a single step is read alone, for the prompt", () => {
    expect(parseStep('{"do":"kill","what":"listener"}')).toEqual({ do: "kill", what: "listener" });
    expect(() => parseStep('{"do":"kill","what":"cat"}')).toThrowError(
      /^the step is no step of a scenario:\n.*what: /u,
    );
  });
});
