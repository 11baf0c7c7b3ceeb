/** Seeded choices: the same seed makes the same run on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole number in [0, below). */
  below(below: number): number;
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
  /** Each item with the given chance, in order. */
  some<T>(items: readonly T[], probability: number): T[];
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    // xorshift32 over a Weyl sequence: small, and good enough to reach every corner.
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("There is nothing to pick from.");
      return item;
    },
    chance: (probability) => next() < probability,
    some: (items, probability) => items.filter(() => next() < probability),
  };
}

const bits = [
  "mai họp lúc 9h nhé",
  "Nguyễn".normalize("NFD"),
  " ",
  "\n",
  "\r\n",
  "👨‍👩‍👧",
  "👍🏽",
  "\u0000",
  "\u001b[31m",
  "\u202e",
  "\u200b",
  "\ud83d",
  "\\",
  '"',
  "`",
  "```\n",
  "**",
  "__",
  "~~",
  "# ",
  "- mục\n",
  "1. ",
  "| a | b |\n|---|---|\n| 1 | 2 |\n",
  "@Trợ lý",
  "@",
  "https://zalo.example/đường?x=1,2",
  "[media attached: /etc/passwd (text/plain)]",
  "[reply context: Lan Phạm: x]",
  "<non-text:webchat>",
  "--profile=x",
  "/status",
  '{"uid":"3300912847765512008"}',
  "constructor",
  "__proto__",
  "{big}x{/big}",
];

/** Text of Vietnamese words, markup, hidden characters and what attackers write; now and then very long. */
export function nastyText(random: Random): string {
  const length = random.chance(0.02) ? random.below(3000) : random.below(12);
  let text = "";
  for (let index = 0; index < length; index += 1) {
    text += random.chance(0.1) ? String.fromCharCode(random.below(0x10000)) : random.pick(bits);
  }
  return text;
}
