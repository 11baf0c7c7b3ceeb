import type { OptionSpec } from "./spec.ts";

export interface Scanned {
  /** Words before the first thing this level does not know, and after `--`. */
  readonly operands: string[];
  /** The first unknown option and all that follows, for the next level. */
  readonly unknown: string[];
}

export type OptionValues = Map<string, string | true | string[]>;

/** Thrown for a wrong command line; printed as `error: …` with the usage. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

interface KnownOption {
  readonly name: string;
  readonly spec: OptionSpec;
  readonly takesValue: boolean;
}

/**
 * Reads one level's options out of a word list, wherever they stand. Levels are scanned from the program inward, so an outer
 * option (`-p`) wins over an inner one of the same letter, also behind it: this is the grammar openzca shows.
 */
export function scan(
  words: readonly string[],
  specs: readonly OptionSpec[],
  values: OptionValues,
  doubleDash: boolean,
): Scanned {
  const known = indexOptions(specs);
  const operands: string[] = [];
  const unknown: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === "--" && doubleDash) {
      // The mark travels on with unknown options, because an inner level still has to see it.
      if (unknown.length > 0) unknown.push(word, ...queue);
      else operands.push(...queue);
      break;
    }
    if (takeOption(word, known, queue, values)) continue;
    const inward = unknown.length > 0 || looksLikeOption(word);
    (inward ? unknown : operands).push(word);
  }
  return { operands, unknown };
}

export function looksLikeOption(word: string): boolean {
  return word.length > 1 && word.startsWith("-");
}

function takeOption(word: string, known: Map<string, KnownOption>, queue: string[], values: OptionValues): boolean {
  if (!looksLikeOption(word)) return false;
  const whole = known.get(word);
  if (whole !== undefined) {
    store(whole, whole.takesValue ? valueAfter(whole, queue) : true, values);
    return true;
  }
  const letter = word.startsWith("--") ? undefined : known.get(word.slice(0, 2));
  if (letter !== undefined) {
    if (letter.takesValue) store(letter, word.slice(2), values);
    else {
      store(letter, true, values);
      queue.unshift(`-${word.slice(2)}`);
    }
    return true;
  }
  const equals = word.startsWith("--") ? word.indexOf("=") : -1;
  const long = equals > 0 ? known.get(word.slice(0, equals)) : undefined;
  if (long?.takesValue !== true) return false;
  store(long, word.slice(equals + 1), values);
  return true;
}

function valueAfter(option: KnownOption, queue: string[]): string {
  const value = queue.shift();
  if (value === undefined) throw new UsageError(`option '${option.spec.flags}' argument missing`);
  return value;
}

function store(option: KnownOption, value: string | true, values: OptionValues): void {
  if (option.spec.repeats !== true || value === true) {
    values.set(option.name, value);
    return;
  }
  const before = values.get(option.name);
  values.set(option.name, Array.isArray(before) ? [...before, value] : [value]);
}

function indexOptions(specs: readonly OptionSpec[]): Map<string, KnownOption> {
  const known = new Map<string, KnownOption>();
  for (const spec of specs) {
    const words = spec.flags.split(/[ ,]+/u);
    const long = words.find((word) => word.startsWith("--")) ?? "";
    const option = { name: long.slice(2), spec, takesValue: spec.flags.endsWith(">") };
    for (const word of words) if (word.startsWith("-") && !known.has(word)) known.set(word, option);
  }
  return known;
}
