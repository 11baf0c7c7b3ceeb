import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import type { z } from "zod";
import { contradictionsIn } from "./contradictions.ts";
import { type Scenario, scenarioSchema, type Step, stepSchema } from "./schema.ts";

/** A file that is no scenario; the message names file, place and what is wrong there, one line each. */
export class BadScenario extends Error {}

/** Throws `BadScenario` for a file that is missing, no JSON, or no scenario. */
export function readScenario(file: string): Scenario {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new BadScenario(`${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  if (!isUtf8(bytes)) throw new BadScenario(`${file} is not UTF-8. Save it with this encoding and try again.`);
  return parseScenario(bytes.toString("utf8"), file);
}

export function parseScenario(content: string, file = "the scenario"): Scenario {
  const scenario = parse(scenarioSchema, content, file);
  const problems = contradictionsIn(scenario);
  if (problems.length > 0) throw new BadScenario([`${file} is no scenario:`, ...problems].join("\n  "));
  return scenario;
}

/** One step, as it is typed at the prompt of `npm run dev`. */
export function parseStep(content: string): Step {
  return parse(stepSchema, content, "the step", "step of a scenario");
}

function parse<T>(schema: z.ZodType<T>, content: string, file: string, kind = "scenario"): T {
  // An editor on another system may have put a byte order mark in front.
  const text = content.replace(/^\uFEFF/u, "").normalize("NFC");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BadScenario(`${file} is no JSON: ${syntaxProblem(text, cause)}`, { cause });
  }
  const { data, error } = schema.safeParse(json);
  if (error === undefined) return data;
  throw new BadScenario([`${file} is no ${kind}:`, ...error.issues.map(describe)].join("\n  "));
}

function describe(issue: z.core.$ZodIssue): string {
  const message = issue.code === "invalid_key" ? issue.issues[0]?.message : issue.message;
  return `${placeOf(issue.path)}: ${message ?? issue.message}`;
}

/** What the parser says, and the line where it is: the parser itself names the place of some mistakes only. */
function syntaxProblem(text: string, cause: unknown): string {
  const said = messageOf(cause).replaceAll(/\s+/gu, " ");
  if (/\(line \d+/u.test(said)) return said;
  const [sound = ""] =
    /^(?:\s|"(?:[^"\\\p{Cc}]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:])*/u.exec(text) ?? [];
  return `${said} (line ${sound.split("\n").length})`;
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return place === "" ? "the file" : place.replace(/^\./u, "");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
