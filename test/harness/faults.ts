// Every fault of the simulator's catalog against the whole plugin, with real zca processes, on a host of ours, and what
// only a real gateway shows: `npm run faults [-- --only "<words>|<words>"] [--seed s] [--jobs n] [--break order]`.
// Exits 1 when something was lost or doubled, an operator would be told nothing, or a fault never struck.
import { breaksIn } from "./break-list.ts";
import { brokenDist } from "./breaks.ts";
import { gatewayRows, tryGateway } from "./faults/gateway-rows.ts";
import { hostMoments, hostRow } from "./faults/host-rows.ts";
import { nameOf, planBatches } from "./faults/plan.ts";
import { firstAccounts, prepareScene } from "./faults/prepare.ts";
import { quicker } from "./faults/quick.ts";
import { printSummary } from "./faults/summary.ts";
import { failedRows, printRow, rowOf, type Row } from "./faults/table.ts";
import { tryBatch } from "./faults/trial.ts";
import { openGate } from "./gate.ts";
import { inParallel, readOptions } from "./options.ts";
import type { Scene } from "./scene.ts";

const options = readOptions(["seed", "only", "count", "break", "jobs", "dist"]);
const { breaks: broken } = options;
const changed = brokenDist([...quicker, ...(broken === undefined ? [] : breaksIn(broken))], options.dist);
const { dist } = changed;
/** Hosts that have something to do at once; as many others may wait beside them. Each listener takes one of the kernel's watches. */
const jobs = options.jobs ?? 6;
const startedAt = performance.now();
try {
  process.exitCode = await main();
} finally {
  changed.dispose();
}

interface Task {
  readonly names: readonly string[];
  readonly run: (seed: number) => Promise<Row[]>;
}

async function main(): Promise<number> {
  const words = (options.only ?? "").split("|");
  const isWanted = (name: string) => words.some((word) => name.includes(word));
  const batches = planBatches((fault) => isWanted(nameOf(fault))).slice(0, options.count);
  const gate = openGate(jobs);
  const largest = Math.max(0, ...batches.map(({ faults }) => faults.length));
  let prepared: Promise<Scene> | undefined;
  const prepare = () => (prepared ??= prepareScene({ dist, seed: options.seed * 1000, accounts: largest, broken }));
  const calm = Promise.withResolvers<void>();
  const isGatewayWanted = gatewayRows.some(isWanted);
  if (!isGatewayWanted) calm.resolve();
  const tasks: Task[] = [
    ...(isGatewayWanted
      ? [{ names: gatewayRows, run: () => tryGateway(dist, calm.resolve).finally(calm.resolve) }]
      : []),
    ...batches.map((batch) => ({
      names: batch.faults.map(nameOf),
      run: async (seed: number) => {
        // The run is not over before the slow ones are.
        if (!batch.isSlow) await calm.promise;
        const from = firstAccounts(await prepare(), batch.faults.length);
        const trials = await tryBatch(batch, { dist, seed, gate, broken, from });
        return trials.map(rowOf);
      },
    })),
    ...hostMoments
      .filter(({ name }) => isWanted(name))
      .map((moment) => ({
        names: [moment.name],
        run: async (seed: number) => {
          await calm.promise;
          return [await hostRow(moment, { dist, seed, gate, broken })];
        },
      })),
  ];
  console.log("fault | what the operator sees | lost | doubled | recovered in");
  try {
    const results = await inParallel(tasks, jobs * 2, async ({ names, run }, index) => {
      const rows = await run(options.seed * 1000 + 1 + index).catch((error: unknown) => failedRows(names, error));
      for (const row of rows) console.log(printRow(row));
      return rows;
    });
    return report(results.flat());
  } finally {
    const scene = await prepared?.catch(() => undefined);
    await scene?.dispose();
  }
}

function report(rows: readonly Row[]): number {
  const wrong = rows.filter((row) => row.wrong.length > 0);
  const sum = (key: "lost" | "doubled") => rows.reduce((total, row) => total + row[key], 0);
  console.log(["", ...printSummary(rows), ""].join("\n"));
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.log(
    `${rows.length} faults: ${sum("lost")} lost, ${sum("doubled")} doubled, ${wrong.length} rows with a breach; ${minutes} min`,
  );
  return wrong.length === 0 && rows.length > 0 ? 0 : 1;
}
