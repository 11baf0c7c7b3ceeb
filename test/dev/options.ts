import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export interface DevOptions {
  /** Folder whose `src` is built and watched: a checkout of this repository, this one by default. */
  readonly source: string;
  /** Leaves the gateway's folders behind for a look. */
  readonly keep: boolean;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Throws a sentence for a person when an option does not exist, or names no checkout. */
export function readDevOptions(args: readonly string[]): DevOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { source: { type: "string" }, keep: { type: "boolean" } },
  });
  const source = path.resolve(values.source ?? repository);
  if (!existsSync(path.join(source, "src"))) {
    throw new Error(`There is no folder src in ${source}; --source names a checkout of this repository.`);
  }
  return { source, keep: values.keep ?? false };
}
