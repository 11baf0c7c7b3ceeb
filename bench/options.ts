import path from "node:path";
import { parseArgs } from "node:util";

export interface BenchOptions {
  readonly quick: boolean;
  /** Only rows whose name matches. */
  readonly only: RegExp | undefined;
  readonly out: string;
}

/** Throws for an option it does not know: a misspelt `--quick` would take an hour. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: "boolean", default: false }, only: { type: "string" }, out: { type: "string" } },
  });
  const { quick, only, out = path.join(import.meta.dirname, "results.json") } = values;
  return { quick, only: only === undefined ? undefined : new RegExp(only, "iu"), out };
}
