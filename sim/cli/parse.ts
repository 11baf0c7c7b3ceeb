import type { CommandSpec, Grammar } from "./spec.ts";
import { looksLikeOption, type OptionValues, scan, UsageError } from "./scan.ts";

export type Parsed =
  | { readonly kind: "version" }
  | { readonly kind: "help"; readonly path: readonly string[]; readonly asked: boolean }
  | { readonly kind: "wrong"; readonly message: string; readonly path: readonly string[] }
  | {
      readonly kind: "run";
      readonly command: CommandSpec;
      readonly args: readonly string[];
      readonly options: OptionValues;
    };

/** Also returns the profile flag of a command line that is otherwise wrong, for the journal. */
export function parse(argv: readonly string[], grammar: Grammar): { parsed: Parsed; globals: OptionValues } {
  const globals: OptionValues = new Map();
  try {
    return { parsed: readProgram(argv, grammar, globals), globals };
  } catch (error) {
    if (error instanceof UsageError)
      return { parsed: { kind: "wrong", message: error.message, path: pathOf(argv, grammar) }, globals };
    throw error;
  }
}

function readProgram(argv: readonly string[], grammar: Grammar, globals: OptionValues): Parsed {
  const outer = scan(argv, grammar.globals, globals, grammar.doubleDash);
  if (globals.has("version")) return { kind: "version" };
  const [first, ...rest] = outer.operands;
  if (first === undefined) return whereNothingIsNamed(outer.unknown, []);
  if (first === "help") return { kind: "help", path: rest, asked: true };
  const single = grammar.commands.find(({ path }) => path.length === 1 && path[0] === first);
  if (single !== undefined) return readCommand(single, rest, outer.unknown, grammar);
  if (!Object.hasOwn(grammar.groups, first)) throw new UsageError(`unknown command '${first}'`);

  const inner = scan(outer.unknown, [], new Map(), grammar.doubleDash);
  const [name, ...args] = [...rest, ...inner.operands];
  if (name === undefined) return whereNothingIsNamed(inner.unknown, [first]);
  const alias = grammar.aliases[`${first} ${name}`] ?? name;
  const command = grammar.commands.find(({ path }) => path[0] === first && path[1] === alias);
  if (command === undefined) throw new UsageError(`unknown command '${name}'`);
  return readCommand(command, args, inner.unknown, grammar);
}

function whereNothingIsNamed(unknown: readonly string[], path: readonly string[]): Parsed {
  if (asksHelp(unknown)) return { kind: "help", path, asked: true };
  const odd = unknown[0];
  return odd === undefined
    ? { kind: "help", path, asked: false }
    : { kind: "wrong", message: `unknown option '${odd}'`, path };
}

function readCommand(
  command: CommandSpec,
  before: readonly string[],
  words: readonly string[],
  grammar: Grammar,
): Parsed {
  const { path } = command;
  const options: OptionValues = new Map();
  try {
    const { operands, unknown } = scan(words, command.options, options, grammar.doubleDash);
    if (asksHelp(unknown)) return { kind: "help", path, asked: true };
    const odd = unknown[0];
    if (odd !== undefined) return { kind: "wrong", message: `unknown option '${odd}'`, path };
    const args = [...before, ...operands];
    checkCount(command, args);
    return { kind: "run", command, args, options };
  } catch (error) {
    if (error instanceof UsageError) return { kind: "wrong", message: error.message, path };
    throw error;
  }
}

function checkCount(command: CommandSpec, args: readonly string[]): void {
  const missing = command.args.find((arg, index) => arg.startsWith("<") && index >= args.length);
  if (missing !== undefined) throw new UsageError(`missing required argument '${missing.replaceAll(/[<>.]/gu, "")}'`);
  if (command.args.at(-1)?.includes("...") === true || args.length <= command.args.length) return;
  const expected = `${command.args.length} argument${command.args.length === 1 ? "" : "s"}`;
  throw new UsageError(`too many arguments for '${command.path.at(-1)}'. Expected ${expected} but got ${args.length}.`);
}

function asksHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? undefined : end).some((word) => word === "-h" || word === "--help");
}

function pathOf(argv: readonly string[], grammar: Grammar): string[] {
  const first = argv.find((word) => !looksLikeOption(word) && Object.hasOwn(grammar.groups, word));
  return first === undefined ? [] : [first];
}
