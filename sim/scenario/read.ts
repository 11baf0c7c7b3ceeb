import { readFileSync } from "node:fs";
import type { z } from "zod";
import { type Scenario, scenarioSchema, type Step, stepSchema } from "./schema.ts";

/** A file that is no scenario; the message names file, place and what is wrong there, one line each. */
export class BadScenario extends Error {}

/** Throws `BadScenario` for a file that is missing, no JSON, or no scenario. */
export function readScenario(file: string): Scenario {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (cause) {
    throw new BadScenario(`${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  return parseScenario(content, file);
}

export function parseScenario(content: string, file = "the scenario"): Scenario {
  const scenario = parse(scenarioSchema, content, file);
  const problems = strangersIn(scenario);
  if (problems.length > 0) throw new BadScenario([`${file} is no scenario:`, ...problems].join("\n  "));
  return scenario;
}

/** One step, as it is typed at the prompt of `npm run dev`. */
export function parseStep(content: string): Step {
  return parse(stepSchema, content, "the step");
}

function parse<T>(schema: z.ZodType<T>, content: string, file: string): T {
  let json: unknown;
  try {
    // An editor on another system may have put a byte order mark in front.
    json = JSON.parse(content.replace(/^\uFEFF/u, "").normalize("NFC"));
  } catch (cause) {
    throw new BadScenario(`${file} is no JSON: ${messageOf(cause)}`, { cause });
  }
  const { data, error } = schema.safeParse(json);
  if (error === undefined) return data;
  const lines = error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}`);
  throw new BadScenario([`${file} is no scenario:`, ...lines].join("\n  "));
}

/** Words for people and groups that the file never introduces. */
function strangersIn({ people, groups = {}, steps, expect, config = {} }: Scenario): string[] {
  const isPerson = (word: string) => Object.hasOwn(people, word);
  const isGroup = (word: string) => Object.hasOwn(groups, word);
  const problems: string[] = [];
  const check = (place: string, word: string | undefined, isKnown: (word: string) => boolean, what: string) => {
    if (word !== undefined && !isKnown(word)) problems.push(`${place}: there is no ${what} "${word}"`);
  };
  const isEither = (word: string) => isPerson(word) || isGroup(word);
  for (const word of Object.keys(people)) {
    if (word === "bot" || isGroup(word)) problems.push(`people.${word}: this word is taken`);
  }
  for (const [word, { members }] of Object.entries(groups)) {
    for (const [index, member] of members.entries()) {
      const isMember = (name: string) => name === "bot" || isPerson(name);
      check(`groups.${word}.members[${index}]`, member, isMember, "person");
    }
  }
  for (const [index, step] of steps.entries()) {
    if (step.do === "say") {
      check(`steps[${index}].from`, step.from, isPerson, "person");
      check(`steps[${index}].in`, step.in, isGroup, "group");
    } else if (step.do === "say-as-owner" || step.do === "wait-for-answer") {
      check(`steps[${index}].to`, step.to, isEither, "person or group");
    }
  }
  for (const [index, wanted] of expect.entries()) {
    if (wanted.that === "answered" || wanted.that === "silent") {
      check(`expect[${index}].to`, wanted.to, isEither, "person or group");
    }
  }
  for (const [, word = ""] of JSON.stringify(config).matchAll(/"@([a-z][a-z0-9-]*)"/gu)) {
    check("config", word, isEither, "person or group");
  }
  return problems;
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return place === "" ? "the file" : place.replace(/^\./u, "");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
