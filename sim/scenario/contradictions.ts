import type { Expectation, Scenario, Step } from "./schema.ts";

/** What is wrong between the parts of a file, which no schema can say: a sentence each, with the place. */
export function contradictionsIn(scenario: Scenario): string[] {
  const { people, groups = {}, steps, expect, config = {} } = scenario;
  const cast = castOf(scenario);
  return [
    ...Object.keys(people).flatMap((word) => takenWord(word, cast)),
    ...sharedUids(people),
    ...Object.entries(groups).flatMap(([group, { members }]) =>
      members.flatMap((member, index) =>
        member === "bot" ? [] : unknown(cast.people, "person", member, `groups.${group}.members[${index}]`),
      ),
    ),
    ...steps.flatMap((step, index) => inStep(step, `steps[${index}]`, cast)),
    ...expect.flatMap((wanted, index) => inExpectation(wanted, `expect[${index}]`, cast)),
    ...inConfig(config, "config", cast),
  ];
}

interface Cast {
  readonly people: ReadonlySet<string>;
  /** Members by group. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly all: ReadonlySet<string>;
}

function castOf({ people, groups = {} }: Scenario): Cast {
  const members = Object.entries(groups).map(([word, group]) => [word, group.members] as const);
  const words = Object.keys(people);
  return { people: new Set(words), groups: new Map(members), all: new Set([...words, ...Object.keys(groups)]) };
}

function unknown(known: { has(word: string): boolean }, what: string, word: string, place: string): string[] {
  return known.has(word) ? [] : [`${place}: there is no ${what} "${word}"`];
}

function takenWord(word: string, { groups }: Cast): string[] {
  return word === "bot" || groups.has(word) ? [`people.${word}: this word is taken`] : [];
}

function sharedUids(people: Scenario["people"]): string[] {
  const owners = new Map<string, string>();
  return Object.entries(people).flatMap(([word, draft]) => {
    const uid = typeof draft === "string" ? undefined : draft.uid;
    if (uid === undefined) return [];
    const owner = owners.get(uid);
    owners.set(uid, word);
    return owner === undefined ? [] : [`people.${word}.uid: ${owner} has this id already`];
  });
}

function inStep(step: Step, place: string, cast: Cast): string[] {
  if (step.do === "say-as-owner" || step.do === "wait-for-answer") {
    return unknown(cast.all, "person or group", step.to, `${place}.to`);
  }
  if (step.do === "network" && step.is === "up" && step.ms !== undefined)
    return [`${place}.ms: belongs to "down" only`];
  if (step.do !== "say") return [];
  const { from, in: group } = step;
  const strangers = unknown(cast.people, "person", from, `${place}.from`);
  if (group === undefined) return strangers;
  const missing = unknown(cast.groups, "group", group, `${place}.in`);
  if (strangers.length + missing.length > 0) return [...strangers, ...missing];
  return cast.groups.get(group)?.includes(from) ? [] : [`${place}.from: ${from} is no member of ${group}`];
}

function inExpectation(wanted: Expectation, place: string, cast: Cast): string[] {
  if (wanted.that !== "answered" && wanted.that !== "silent") return [];
  return unknown(cast.all, "person or group", wanted.to, `${place}.to`);
}

/** `@word` as a value or a key stands for an id, so nothing else may begin with @. */
function inConfig(value: unknown, place: string, cast: Cast): string[] {
  if (typeof value === "string") {
    return value.startsWith("@") ? unknown(cast.all, "person or group", value.slice(1), place) : [];
  }
  if (Array.isArray(value)) return value.flatMap((entry, index) => inConfig(entry, `${place}[${index}]`, cast));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => [
    ...inConfig(key, place, cast),
    ...inConfig(entry, `${place}.${key}`, cast),
  ]);
}
