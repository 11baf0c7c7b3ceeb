import { stripVTControlCharacters, styleText } from "node:util";

export interface Narrator {
  /** A new numbered step. */
  step(title: string): void;
  /** One line with the time since the start; further lines of the text are indented. */
  readonly say: (text: string) => void;
  /** Output of somebody else, indented, as it arrives. */
  readonly quote: (text: string) => void;
  /** Runs something slow; every five seconds a line says that it still runs. Returns its result. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Prints what `news` brings as soon as it is there, and always before the next line. Returns what ends it. */
  follow(news: () => readonly string[]): () => void;
  /** A fact the demo stands for. Throws when it does not hold. */
  verify(fact: string, holds: boolean): void;
  verified(): readonly string[];
}

const margin = " ".repeat(10);
const bar = `${margin}│ `;
const newsEveryMs = 50;

/** Prints a run for a person to watch. */
export function createNarrator(print: (text: string) => void): Narrator {
  const startedAt = performance.now();
  const facts: string[] = [];
  let steps = 0;
  let midLine = false;
  let news: () => readonly string[] = () => [];
  const seconds = () => styleText("dim", `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`);
  const line = (text: string) => {
    if (midLine) print("\n");
    midLine = false;
    print(`${text}\n`);
  };
  const timed = (text: string) => line(`${seconds()}  ${text.replaceAll(/\n(?=[^\n])/g, `\n${margin}`)}`);
  const tellNews = () => {
    for (const text of news()) timed(text);
  };
  const narrator: Narrator = {
    step(title) {
      tellNews();
      steps += 1;
      line(`\n${styleText("bold", `━━ ${steps}. ${title}`)}`);
    },
    say(text) {
      tellNews();
      timed(text);
    },
    quote(text) {
      for (const piece of stripVTControlCharacters(text)
        .replaceAll("\r", "")
        .split(/(?<=\n)/u)) {
        if (!midLine && piece.trim() === "") continue;
        print(midLine ? piece : `${bar}${piece}`);
        midLine = !piece.endsWith("\n");
      }
    },
    async during(what, work) {
      narrator.say(`${what} …`);
      const before = performance.now();
      const progress = setInterval(() => {
        narrator.say(styleText("dim", `${what} … ${Math.round((performance.now() - before) / 1000)} s so far`));
      }, 5000);
      try {
        return await work();
      } finally {
        clearInterval(progress);
      }
    },
    follow(source) {
      news = source;
      const timer = setInterval(tellNews, newsEveryMs);
      return () => {
        clearInterval(timer);
        tellNews();
        news = () => [];
      };
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
