import type { Person, World } from "../control.ts";
import type { Scenario } from "./schema.ts";

/** The words of a scenario and who they stand for. */
export interface Names {
  readonly bot: { readonly uid: string; readonly name: string };
  /** Uid of a person or id of a group; throws for a word nobody introduced. */
  id(word: string): string;
  isGroup(word: string): boolean;
}

/** Fills a world with the account, the people and the groups of a scenario, and logs the account in as profile `default`. */
export function populate(world: World, scenario: Scenario): Names {
  const bot = world.addAccount({ displayName: scenario.account?.name ?? "Trợ lý" });
  const names = introduce(world, scenario, bot);
  world.logIn("default", bot.uid);
  return names;
}

/** Adds the people and groups of a scenario to a world whose account is there already. */
export function introduce(
  world: World,
  { people, groups = {} }: Scenario,
  bot: Pick<Person, "uid" | "displayName">,
): Names {
  const ids = new Map<string, string>([["bot", bot.uid]]);
  for (const [word, draft] of Object.entries(people)) {
    const { name, uid, friend = true } = typeof draft === "string" ? { name: draft } : draft;
    const known = world.people().find((person) => person.uid === uid);
    const person = known ?? world.addPerson({ displayName: name, ...(uid === undefined ? {} : { uid }) });
    if (friend) world.befriend(bot.uid, person.uid);
    ids.set(word, person.uid);
  }
  for (const [word, { name, members }] of Object.entries(groups)) {
    const uids = [...new Set(["bot", ...members])].map((member) => ids.get(member) ?? member);
    ids.set(word, world.addGroup({ name, members: uids }).groupId);
  }
  return namesOf(bot.uid, bot.displayName, ids, new Set(Object.keys(groups)));
}

export function namesOf(
  botUid: string,
  botName: string,
  ids: ReadonlyMap<string, string>,
  groups: ReadonlySet<string>,
): Names {
  return {
    bot: { uid: botUid, name: botName },
    isGroup: (word) => groups.has(word),
    id(word) {
      const id = ids.get(word);
      if (id === undefined)
        throw new Error(`There is nobody called "${word}" here. Known: ${[...ids.keys()].join(", ")}.`);
      return id;
    },
  };
}

/** The config with ids in the place of `@word`, as value or as key. */
export function withIds(value: unknown, names: Names): unknown {
  if (typeof value === "string") return /^@[a-z][a-z0-9-]*$/u.test(value) ? names.id(value.slice(1)) : value;
  if (Array.isArray(value)) return value.map((entry) => withIds(entry, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [String(withIds(key, names)), withIds(entry, names)]),
  );
}
