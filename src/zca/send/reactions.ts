/** Reactions by the emoji people choose them with. A variation selector behind an emoji does not count. */
const emojis: ReadonlyMap<string, string> = new Map([
  ["❤", "HEART"],
  ["👍", "LIKE"],
  ["😆", "HAHA"],
  ["😂", "HAHA"],
  ["😮", "WOW"],
  ["😭", "CRY"],
  ["😡", "ANGRY"],
]);

const names: ReadonlySet<string> = new Set(["HEART", "LIKE", "HAHA", "WOW", "CRY", "ANGRY", "OK", "THANKS", "ROSE"]);

/** What a person may choose from, in words for an error. */
export const reactionChoices = [...emojis.keys(), ...[...names].map((name) => name.toLowerCase())].join(" ");

/** The name `zca` knows a reaction by; undefined for one that Zalo does not have. */
export function readReaction(chosen: string): string | undefined {
  const bare = chosen.trim().replaceAll("\uFE0F", "");
  const name = bare.toUpperCase();
  return emojis.get(bare) ?? (names.has(name) ? name : undefined);
}

export const noReaction = "NONE";
