// Every fault of the simulator's catalog against the whole plugin, with real zca processes, on a host of ours:
// `npm run faults [-- --only <words>] [--count n] [--seed s] [--break order]`. Exits 1 when something was lost or doubled, or an operator
// would be told nothing.
import { breaksIn } from "./break-list.ts";
import { brokenDist, builtDist } from "./breaks.ts";
import { gatewayMoments, gatewayRow } from "./faults/gateway-rows.ts";
import { nameOf, planBatches } from "./faults/plan.ts";
import { printRow, printSummary, rowOf } from "./faults/table.ts";
import { tryBatch } from "./faults/trial.ts";
import { inParallel, readOptions } from "./options.ts";

const options = readOptions(["seed", "only", "count", "break", "jobs", "dist"]);
const changed = options.breaks === undefined ? undefined : brokenDist(breaksIn(options.breaks), options.dist);
const dist = changed?.dist ?? options.dist ?? builtDist;
/** Most of a trial's time is waiting. */
const jobs = options.jobs ?? 8;
const startedAt = performance.now();
try {
  process.exitCode = await main();
} finally {
  changed?.dispose();
}

async function main(): Promise<number> {
  const batches = planBatches((fault) => nameOf(fault).includes(options.only ?? "")).slice(0, options.count);
  console.log("fault | what the operator sees | lost | doubled | recovered in");
  const moments = gatewayMoments.filter(({ name }) => name.includes(options.only ?? ""));
  const tasks = [
    ...batches.map((batch) => async (seed: number) => (await tryBatch(batch, dist, seed)).map(rowOf)),
    ...moments.map((moment) => async (seed: number) => [await gatewayRow(moment, dist, seed)]),
  ];
  const results = await inParallel(tasks, jobs, async (task, index) => {
    const rows = await task(options.seed * 100 + index);
    for (const row of rows) console.log(printRow(row));
    return rows;
  });
  const rows = results.flat();
  const wrong = rows.filter((row) => row.wrong.length > 0);
  const [lost, doubled] = [sum(rows.map((row) => row.lost)), sum(rows.map((row) => row.doubled))];
  console.log(["", ...printSummary(rows), ""].join("\n"));
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.log(
    `${rows.length} faults: ${lost} lost, ${doubled} doubled, ${wrong.length} rows with a breach; ${minutes} min`,
  );
  return wrong.length === 0 && rows.length > 0 ? 0 : 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
