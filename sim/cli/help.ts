import type { CommandSpec, Grammar, OptionSpec } from "./spec.ts";

const helpOption: OptionSpec = { flags: "-h, --help", about: "Show help" };

/** Help of the program, of a group (`msg`) or of a command (`msg send`). */
export function helpText(grammar: Grammar, path: readonly string[]): string {
  const command = grammar.commands.find((candidate) => candidate.path.join(" ") === path.join(" "));
  if (command !== undefined) return commandHelp(grammar, command);
  const title = [grammar.program, ...path].join(" ");
  const entries = path.length === 0 ? topEntries(grammar) : groupEntries(grammar, path[0] ?? "");
  const options = path.length === 0 ? [...grammar.globals, helpOption] : [helpOption];
  return `Usage: ${title} [options] [command]\n\nOptions:\n${optionLines(options)}\n\nCommands:\n${columns(entries)}\n`;
}

function commandHelp(grammar: Grammar, command: CommandSpec): string {
  const args = command.args.map((arg) => ` ${arg}`).join("");
  const options = optionLines([...command.options, helpOption]);
  return `Usage: ${grammar.program} ${command.path.join(" ")} [options]${args}\n\n${command.about}\n\nOptions:\n${options}\n`;
}

function topEntries(grammar: Grammar): (readonly [string, string])[] {
  const groups = Object.entries(grammar.groups);
  const single = grammar.commands
    .filter(({ path }) => path.length === 1)
    .map(({ path, about }) => [`${path.join(" ")} [options]`, about] as const);
  return [...groups, ...single, ["help [command]", "Show help of a command"]];
}

function groupEntries(grammar: Grammar, group: string): (readonly [string, string])[] {
  return grammar.commands
    .filter(({ path }) => path[0] === group)
    .map(
      ({ path, args, about }) =>
        [[path[1], ...(args.length > 0 ? ["[options]", ...args] : [])].join(" "), about] as const,
    );
}

function optionLines(options: readonly OptionSpec[]): string {
  return columns(options.map(({ flags, about }) => [flags, about] as const));
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
