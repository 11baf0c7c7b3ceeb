import { stripVTControlCharacters, styleText } from "node:util";

export interface Narrator {
  /** A new numbered step. */
  step(title: string): void;
  /** One line with the time since the start. */
  readonly say: (text: string) => void;
  /** Output of somebody else, indented, as it arrives. */
  readonly quote: (text: string) => void;
  /** Runs something slow; every five seconds a line says that it still runs. Returns its result. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** A fact the demo stands for. Throws when it does not hold; the summary lists those that do. */
  verify(fact: string, holds: boolean): void;
  verified(): readonly string[];
}

/** Prints a run for a person to watch. */
export function createNarrator(print: (text: string) => void): Narrator {
  const startedAt = performance.now();
  const facts: string[] = [];
  let steps = 0;
  let inQuote = false;
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`;
  const line = (text: string) => {
    if (inQuote) print("\n");
    inQuote = false;
    print(`${text}\n`);
  };
  const narrator: Narrator = {
    step(title) {
      steps += 1;
      line(`\n${styleText("bold", `━━ ${steps}. ${title}`)}`);
    },
    say: (text) => line(`${styleText("dim", seconds())}  ${text}`),
    quote(text) {
      const clean = text.replaceAll("\r", "");
      if (stripVTControlCharacters(clean).trim() === "" && !inQuote) return;
      print(
        inQuote ? clean.replaceAll("\n", "\n          │ ") : `          │ ${clean.replaceAll("\n", "\n          │ ")}`,
      );
      inQuote = true;
    },
    async during(what, work) {
      narrator.say(`${what} …`);
      const before = performance.now();
      const progress = setInterval(() => {
        narrator.say(`${what} … ${Math.round((performance.now() - before) / 1000)} s so far`);
      }, 5000);
      try {
        return await work();
      } finally {
        clearInterval(progress);
      }
    },
    verify(fact, holds) {
      if (!holds) throw new Error(`This did not hold: ${fact}`);
      facts.push(fact);
      narrator.say(styleText("green", `✔ ${fact}`));
    },
    verified: () => facts,
  };
  return narrator;
}
