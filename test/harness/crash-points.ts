// Kills a host by SIGKILL at many moments of receiving and of sending, starts it again, and counts at the simulated Zalo:
// `npm run crash-points [-- --count 100] [--seed 1] [--jobs 6] [--only <seed of a point>] [--break journal]`.
import { brokenDist, builtDist } from "./breaks.ts";
import { breaksIn } from "./break-list.ts";
import { countEvents, crashAt, stories, type Point } from "./crash/point.ts";
import { openGate } from "./gate.ts";
import { inParallel, readOptions } from "./options.ts";
import { seededRandom } from "./random.ts";

const options = readOptions(["seed", "count", "only", "break", "jobs", "dist", "keep"]);
const changed = options.breaks === undefined ? undefined : brokenDist(breaksIn(options.breaks), options.dist);
const dist = changed?.dist ?? options.dist ?? builtDist;
/** Hosts that have something to do at once; three times as many may wait beside them for what takes minutes. */
const jobs = options.jobs ?? 6;
const isBroken = options.breaks !== undefined;
const startedAt = performance.now();
/** With a promise switched off one crash has to show it: several messages at once, killed when they had just come. */
const tellingPoint: Point = { story: "burst", phase: "inbound", nth: 3, when: "after", seed: options.seed * 1000 };
try {
  process.exitCode = await main();
} finally {
  changed?.dispose();
}

async function main(): Promise<number> {
  const count = options.count ?? 100;
  const chosen = isBroken && options.count === undefined ? [tellingPoint] : await choosePoints(count);
  // A point is named by its seed, as the breaches print it.
  const points = options.only === undefined ? chosen : chosen.filter(({ seed }) => String(seed) === options.only);
  const crash = { dist, keep: options.keep, broken: options.breaks, gate: openGate(jobs) };
  const outcomes = await inParallel(points, jobs * 3, (point) => crashAt(point, crash));
  for (const phase of ["inbound", "sending"] as const) {
    const own = outcomes.filter(({ point }) => point.phase === phase);
    const bad = own.filter(({ breaches }) => breaches.length > 0).length;
    const slowest = Math.max(0, ...own.map(({ recoveredMs }) => recoveredMs));
    const sum = (key: "uncovered" | "reported") => own.reduce((total, outcome) => total + outcome[key], 0);
    const killed = own.filter(({ died }) => died).length;
    console.log(
      `${phase}: ${own.length} points, ${killed} killed there, ${bad} with a breach, ${sum("reported")} answers reported as unknown, ${sum("uncovered")} messages reported as not read back, slowest recovery ${(slowest / 1000).toFixed(1)} s`,
    );
  }
  for (const { point, breaches, problems } of outcomes) {
    for (const { kind, what } of breaches) console.log(`BREACH ${kind}: ${what}  (${describe(point)})`);
    if (breaches.length > 0) for (const problem of problems) console.log(`  log: ${problem}`);
  }
  for (const { point, uncovered } of outcomes) {
    if (uncovered > 0) console.log(`not read back, and said so: ${uncovered} (${describe(point)})`);
  }
  const breaches = outcomes.flatMap((outcome) => outcome.breaches);
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.log(`${outcomes.length} crash points, seed ${options.seed}: ${breaches.length} breaches, ${minutes} min`);
  return breaches.length === 0 ? 0 : 1;
}

/** Measures how many events each story has, then spreads the points over them. */
async function choosePoints(count: number): Promise<Point[]> {
  const random = seededRandom(options.seed);
  const plan = Array.from({ length: count }, (_, index) => ({
    story: stories[Math.floor(index / 2) % stories.length] ?? "direct",
    phase: index % 2 === 0 ? ("inbound" as const) : ("sending" as const),
    share: random.next(),
    when: random.pick(["before", "after"] as const),
    seed: options.seed * 1000 + index,
  }));
  const told = [...new Set(plan.map(({ story }) => story))];
  const totals = await inParallel(told, jobs, (story, index) =>
    countEvents(story, dist, options.seed * 1000 + 900 + index),
  );
  return plan.map(({ share, ...point }) => {
    const events = totals[told.indexOf(point.story)]?.[point.phase] ?? 1;
    return { ...point, nth: 1 + Math.floor(share * events) };
  });
}

function describe({ story, phase, nth, when, seed }: Point): string {
  return `story ${story}, ${when} event ${nth} of ${phase}, seed ${seed}`;
}
