import type { CommandModuleName } from "../commands.ts";

/** An option as help prints it: `-m, --message <caption>`; a value in angle brackets means it takes one. */
export interface OptionSpec {
  readonly flags: string;
  readonly about: string;
  /** May be given several times; values are collected. */
  readonly repeats?: boolean;
  /** First openzca version that has it. */
  readonly since?: string;
}

export interface CommandSpec {
  readonly path: readonly string[];
  /** `<needed>`, `[optional]`, `<rest...>`. */
  readonly args: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly about: string;
  /** Counts as a send: the journal watches these for overlap. */
  readonly writes?: boolean;
  /** What runs it. */
  readonly module: CommandModuleName;
}

export interface Grammar {
  readonly program: string;
  readonly version: string;
  readonly globals: readonly OptionSpec[];
  /** Group name → one line of help. */
  readonly groups: Readonly<Record<string, string>>;
  readonly commands: readonly CommandSpec[];
  readonly aliases: Readonly<Record<string, string>>;
  /** zca-cli is not known to honor it. */
  readonly doubleDash: boolean;
}
