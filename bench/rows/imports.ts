import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { measurePairs } from "../pairs.ts";
import type { Measurement, Row } from "../row.ts";

const program = fileURLToPath(new URL("../programs/import-entry.ts", import.meta.url));
const run = promisify(execFile);

/** Where the time ends: see the program. */
type End = "entry" | "plugin";

export const imports: Row = {
  name: "imports",
  async run({ quick }) {
    const count = quick ? 15 : 50;
    return [
      await against("import of the setup entry", "setup-entry.js", "entry", count),
      await against("import of the full entry", "index.js", "entry", count),
      await against("setup entry with the plugin loaded", "setup-entry.js", "plugin", count),
      await against("full entry with the plugin loaded", "index.js", "plugin", count),
    ];
  },
};

async function against(name: string, file: string, end: End, count: number): Promise<Measurement> {
  const ours = new URL(`../../dist/${file}`, import.meta.url).href;
  const official = new URL(`../../node_modules/official-zalouser/dist/${file}`, import.meta.url).href;
  const pairs = await measurePairs(
    count,
    2,
    () => importIn(ours, end),
    () => importIn(official, end),
  );
  return {
    name,
    unit: "ms",
    samples: pairs.ours,
    baseline: { name: "official plugin", samples: pairs.theirs },
    bar: { of: "ratio", at: "most", limit: 1 },
  };
}

/**
 * Milliseconds in a process of its own, without a compile cache: the first start after an installation has none. In
 * the host some of the modules counted here are loaded already, of ours as of the official plugin's.
 */
async function importIn(url: string, end: End): Promise<number> {
  const { NODE_COMPILE_CACHE: _cache, ...env } = process.env;
  const { stdout } = await run(process.execPath, [program, url, end], { env });
  const milliseconds = Number(stdout);
  if (!(milliseconds > 0)) throw new Error(`The import of ${url} did not say how long it took.`);
  return milliseconds;
}
