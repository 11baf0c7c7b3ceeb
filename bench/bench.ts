// Measures what the package promises about speed, memory and cost: `npm run bench [-- --quick] [--only <name>] [--out <file>]`.
// Exits with 1 when a bar is missed or a row breaks; with 2 for options it does not know.
import { writeFileSync } from "node:fs";
import { describeMachine } from "./machine.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import { causeOf, exitCodeOf, tableEntry } from "./report.ts";
import { type Judged, judge } from "./row.ts";
import { rows } from "./rows/index.ts";

const options = readOptions();
if (options) process.exitCode = await bench(options);

async function bench({ quick, only, out }: BenchOptions): Promise<number> {
  const date = new Date().toISOString();
  const machine = describeMachine();
  const judged: Judged[] = [];
  const broken: { row: string; error: string }[] = [];
  const chosen = rows.filter(({ name }) => only?.test(name) ?? true);
  if (chosen.length === 0) throw new Error(`No row has such a name. Rows: ${rows.map(({ name }) => name).join(", ")}.`);
  for (const row of chosen) {
    try {
      const measured = (await row.run({ quick })).map(judge);
      judged.push(...measured);
      for (const one of measured) console.log([tableEntry(one), ...causeOf(one)].join("\n"));
    } catch (error) {
      broken.push({ row: row.name, error: String(error) });
      console.log(`${row.name}: BROKEN: ${String(error)}`);
    }
  }
  const result = { date, mode: quick ? "quick" : "full", machine, measurements: judged, broken };
  writeFileSync(out, `${JSON.stringify(result, undefined, 1)}\n`);
  return exitCodeOf(judged, broken);
}

function readOptions(): BenchOptions | undefined {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
    return undefined;
  }
}
