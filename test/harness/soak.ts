// Minutes of chaos, by a seed, and then a count at the simulated Zalo:
// `npm run soak [-- --minutes 8] [--seed 1] [--host fake] [--only "session expired"] [--break dedupe] [--keep]`.
// Three accounts, five groups, twenty people; listeners, sends and the host itself are killed. Exits 1 on any breach.
import { setTimeout as delay } from "node:timers/promises";
import { breaksIn } from "./break-list.ts";
import { brokenDist, builtDist } from "./breaks.ts";
import { leastGapMs } from "./cast.ts";
import { callsIn, deliveredIn } from "./evidence.ts";
import { readOptions } from "./options.ts";
import type { Evidence, Judgement } from "./evidence-types.ts";
import { judge } from "./oracle.ts";
import { BreachSeen, createPatience } from "./patience.ts";
import { seededRandom } from "./random.ts";
import { createChaos, type Chaos } from "./soak/chaos.ts";
import { createFakeSoakHost } from "./soak/fake-host.ts";
import { createGatewaySoakHost } from "./soak/gateway-host.ts";
import type { SoakHost } from "./soak/host.ts";
import { growthMbPerMinute, type Sample } from "./soak/memory.ts";
import { createPeople, type People } from "./soak/people.ts";

const options = readOptions(["minutes", "seed", "host", "only", "break", "dist", "keep"]);
const broken = options.breaks;
const minutes = options.minutes ?? 8;
/** For a promise that is switched off a small world will do, and a host that is killed soon. */
const small = { killSpacingMs: 2000, size: { accounts: 1, friends: 3, groups: 1 } };
const patience = createPatience(broken);
/** Messages without an answer beyond which nobody says anything more. */
const mostWaiting = 40;
const changed = options.breaks === undefined ? undefined : brokenDist(breaksIn(options.breaks), options.dist);
const dist = changed?.dist ?? options.dist ?? builtDist;
try {
  process.exitCode = await main();
} finally {
  changed?.dispose();
}

async function main(): Promise<number> {
  const startedAt = performance.now();
  const host =
    options.host === "fake"
      ? await createFakeSoakHost(dist, options.seed, broken === undefined ? {} : { ...small, broken })
      : await createGatewaySoakHost(dist, { broken, keep: options.keep });
  const people = createPeople(host, seededRandom(options.seed));
  const samples: Sample[] = [];
  try {
    await host.begin();
    await untilListening(host, 120_000);
    const random = seededRandom(options.seed + 1);
    // With a promise switched off the time ends when that was seen.
    const durationMs = broken === undefined ? minutes * 60_000 : Number.POSITIVE_INFINITY;
    const chaos = createChaos({ host, people, random, durationMs, only: options.only });
    people.introduce();
    console.log(`seed ${options.seed}, ${minutes} min, host ${options.host}: everybody listens`);
    const judgement = await trouble({ host, people, chaos, samples });
    report(judgement, chaos, samples);
    const problems = await host.problems();
    const isWorthALook = judgement.breaches.length > 0 || judgement.counts.reported > 0;
    if (isWorthALook) for (const problem of problems) console.log(`  log: ${problem}`);
    console.log(
      `${judgement.breaches.length} breaches in ${((performance.now() - startedAt) / 60_000).toFixed(1)} min`,
    );
    return judgement.breaches.length === 0 ? 0 : 1;
  } finally {
    await host.dispose();
  }
}

interface Run {
  readonly host: SoakHost;
  readonly people: People;
  readonly chaos: Chaos;
  readonly samples: Sample[];
}

/** All that goes wrong, its end, and what came of it. */
async function trouble({ host, people, chaos, samples }: Run): Promise<Judgement> {
  try {
    await rage({ host, people, chaos, samples });
    await calm({ host, people, chaos, samples });
  } catch (error) {
    if (error instanceof BreachSeen) return error.judgement;
    throw error;
  }
  const uncovered = await host.uncovered();
  await host.stop();
  return judge({
    ...(await evidence(host, people)),
    uncovered,
    leftovers: await host.leftovers(),
    memoryGrowthMbPerMinute: growthMbPerMinute(samples),
    memoryLimitMbPerMinute: host.memoryLimitMbPerMinute,
  });
}

/** Talks and breaks things until the time is up. */
async function rage({ host, people, chaos, samples }: Run): Promise<void> {
  const random = seededRandom(options.seed + 2);
  const endMs = Date.now() + minutes * 60_000;
  let nextChaosMs = Date.now() + 3000;
  let nextSampleMs = 0;
  while (Date.now() < endMs || isToBeSeen(chaos, endMs)) {
    // People wait for answers; how many at a time a host manages depends on the machine.
    if (people.waiting() < mostWaiting) people.speak();
    await delay(300 + random.below(900));
    people.observe();
    if (broken !== undefined) patience.look(judge(await evidence(host, people)), true);
    if (Date.now() >= nextChaosMs) {
      await chaos.strike();
      nextChaosMs = Date.now() + 1500 + random.below(2500);
    }
    if (Date.now() < nextSampleMs) continue;
    nextSampleMs = Date.now() + host.memorySpacingMs;
    const bytes = await host.memory();
    if (bytes !== undefined) samples.push({ atMs: Date.now(), bytes, life: host.lives.length });
  }
}

/** On a slow machine the time may be up before a promise that is switched off could be seen broken. */
function isToBeSeen({ counts }: Chaos, endMs: number): boolean {
  if (broken === undefined || Date.now() >= endMs + 300_000) return false;
  // What a kill has lost shows when all is calm.
  return broken !== "journal" || counts.size === 0;
}

/** Ends the trouble and waits until nothing is missing any more, for a while; what takes longer has to be reported. */
async function calm({ host, people, chaos }: Run): Promise<void> {
  await chaos.mend();
  await untilListening(host, 90_000).catch(() => undefined);
  const endMs = Date.now() + host.calmMs;
  let idleEndMs = 0;
  let nextAskMs = 0;
  const isCalm = async () => {
    people.observe();
    const isBusy = (await host.open()) > 0;
    if (isBusy || idleEndMs === 0) idleEndMs = Date.now() + 60_000;
    if (isBusy && broken === undefined) return false;
    const seen = await evidence(host, people);
    let judgement = judge(seen);
    // Asking a real gateway costs it and us a second of work.
    if (isMissing(judgement) && Date.now() >= nextAskMs) {
      judgement = judge({ ...seen, uncovered: await host.uncovered() });
      nextAskMs = Date.now() + host.askSpacingMs;
    }
    patience.look(judgement, isBusy);
    return !isBusy && !isMissing(judgement);
  };
  while (!(await isCalm()) && Date.now() < Math.min(endMs, idleEndMs)) await delay(250);
  // What would be doubled late shows now.
  await delay(3000);
}

function isMissing({ breaches }: Judgement): boolean {
  return breaches.some(({ kind }) => kind === "lost" || kind === "unanswered");
}

async function untilListening({ world, cast }: SoakHost, timeoutMs: number): Promise<void> {
  await Promise.all(cast.accounts.map(({ accountId }) => world.waitForListening(accountId, timeoutMs)));
}

async function evidence(host: SoakHost, people: People): Promise<Evidence> {
  return {
    said: people.said,
    turns: host.turns(people.said),
    delivered: deliveredIn(host.world),
    calls: callsIn(host.world, host.lives),
    reported: await host.reported(people.said),
    uncovered: new Set(),
    leastGapMs: leastGapMs(broken),
    leftovers: [],
  };
}

function report({ breaches, counts }: Judgement, chaos: Chaos, samples: readonly Sample[]): void {
  for (const [name, count] of chaos.counts) console.log(`${name.padEnd(20)} | ${count}`);
  for (const [name, count] of Object.entries(counts)) console.log(`${name.padEnd(20)} | ${count}`);
  const growth = growthMbPerMinute(samples);
  const last = samples.at(-1);
  const size = last === undefined ? "not measured" : `${(last.bytes / 2 ** 20).toFixed(0)} MB`;
  console.log(
    `memory               | ${size}, ${growth === undefined ? "too short to tell growth" : `${growth.toFixed(1)} MB a minute`}`,
  );
  for (const { kind, what } of breaches) console.log(`BREACH ${kind}: ${what}`);
  if (!breaches.some(({ kind }) => kind === "memory")) return;
  const startMs = samples[0]?.atMs ?? 0;
  for (const { atMs, bytes, life } of samples)
    console.log(`  life ${life}, ${Math.round((atMs - startMs) / 1000)} s: ${Math.round(bytes / 2 ** 20)} MB`);
}
