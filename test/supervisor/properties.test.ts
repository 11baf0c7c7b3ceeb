import * as fc from "fast-check";
import { expect, test } from "vitest";
import { defaultSupervisorSettings, type EndingKind, type RunOutcome } from "../../src/supervisor/index.ts";
import { afterEviction, countTry, freshBudget, lockDelayMs, retryDelayMs } from "../../src/supervisor/backoff.ts";
import { fakeClock, settle } from "../fakes/clock.ts";
import { fakeDisk, supervisorRig, type Rig } from "../fakes/listener.ts";

const hourMs = 60 * 60_000;
const blocking: readonly EndingKind[] = ["logged-out", "login-refused", "unlicensed"];
const passing: readonly EndingKind[] = [
  "crash",
  "no-start",
  "closed",
  "network",
  "evicted",
  "kicked",
  "recycle",
  "lock-held",
  "binary-missing",
  "not-executable",
];

type Action =
  | { readonly do: "connected" | "heartbeat" | "line" | "wake" | "find" }
  | { readonly do: "exit"; readonly kind: EndingKind }
  | { readonly do: "pass"; readonly ms: number };

const action = (kinds: readonly EndingKind[]): fc.Arbitrary<Action> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("connected", "heartbeat", "line", "wake", "find") }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("exit" as const), kind: fc.constantFrom(...kinds) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("pass" as const),
        ms: fc.constantFrom(1, 700, 5_000, 61_000, 95_000, 20 * 60_000),
      }),
    },
  );

async function perform(rig: Rig, action: Action, finder: { there: boolean }): Promise<void> {
  const newest = rig.listeners.at(-1);
  switch (action.do) {
    case "connected":
      rig.supervisor.noteConnected();
      break;
    case "heartbeat":
      rig.supervisor.noteHeartbeat();
      break;
    case "line":
      rig.supervisor.noteLine();
      break;
    case "wake":
      rig.supervisor.wake();
      break;
    case "find":
      finder.there = !finder.there;
      break;
    case "exit":
      if (newest?.alive) newest.exit(action.kind);
      break;
    case "pass":
      await rig.clock.advance(action.ms);
      break;
  }
  await settle();
}

test("over any order of events at most one listener is alive, none after the stop, and the run settles", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action([...passing, ...blocking]), { maxLength: 40 }),
      fc.integer({ min: 0, max: 3_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      async (actions, dyingMs, roll) => {
        const finder = { there: false };
        const rig = supervisorRig({ dyingMs, random: () => roll, binaryFingerprint: () => String(finder.there) });
        const controller = new AbortController();
        let outcome: RunOutcome | undefined;
        const ended = rig.supervisor.run(controller.signal).then((result) => (outcome = result));
        await settle();
        for (const next of actions) {
          await perform(rig, next, finder);
          expect(rig.aliveCount()).toBeLessThanOrEqual(1);
          const startsSoFar = rig.listeners.length;
          if (outcome?.kind === "blocked") {
            rig.supervisor.wake();
            await rig.clock.advance(hourMs);
            expect(rig.listeners).toHaveLength(startsSoFar);
            expect(rig.aliveCount()).toBe(0);
          }
        }
        controller.abort();
        await rig.clock.advance(3_000);
        await ended;
        expect(rig.aliveCount()).toBe(0);
        expect(rig.clock.pending).toBe(0);
        const starts = rig.listeners.length;
        rig.supervisor.wake();
        rig.supervisor.noteConnected();
        await rig.clock.advance(hourMs);
        expect(rig.listeners).toHaveLength(starts);
      },
    ),
    { numRuns: 150 },
  );
});

test("events in the same instant, without a pause between them, break nothing either", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action(passing), { maxLength: 30 }), async (actions) => {
      const finder = { there: true };
      const rig = supervisorRig({ binaryFingerprint: () => String(finder.there) });
      const controller = new AbortController();
      const ended = rig.supervisor.run(controller.signal);
      await settle();
      for (const next of actions) {
        if (next.do !== "pass") void perform(rig, next, finder);
        else await rig.clock.advance(next.ms);
        expect(rig.aliveCount()).toBeLessThanOrEqual(1);
      }
      controller.abort();
      await rig.clock.advance(3_000);
      expect(await ended).toEqual({ kind: "stopped" });
      expect(rig.aliveCount()).toBe(0);
    }),
    { numRuns: 150 },
  );
});

/** Plays simulated hours over several gateway lives; each listener ends `livesMs` after its start as `kind` says. */
async function playDay(options: {
  readonly kind: EndingKind;
  readonly livesMs: (index: number) => number;
  readonly connects: boolean;
  readonly restartsAtMs: readonly number[];
  readonly roll: () => number;
}): Promise<number[]> {
  const disk = fakeDisk();
  const starts: number[] = [];
  const clock = fakeClock();
  const beganMs = clock.now();
  const restarts = [...options.restartsAtMs].sort((a, b) => a - b);
  for (let life = 0; life <= restarts.length; life += 1) {
    const rig = supervisorRig({ disk, clock, random: options.roll });
    const controller = new AbortController();
    const ended = rig.supervisor.run(controller.signal);
    await settle();
    const untilMs = beganMs + (restarts[life] ?? 24 * hourMs);
    while (clock.now() < untilMs) {
      const newest = rig.listeners.at(-1);
      if (newest?.alive && rig.supervisor.snapshot().phase === "starting" && options.connects)
        rig.supervisor.noteConnected();
      rig.supervisor.noteHeartbeat();
      if (newest?.alive && clock.now() - newest.startedAtMs >= options.livesMs(rig.listeners.length))
        newest.exit(options.kind);
      await clock.advance(Math.min(20_000, untilMs - clock.now()));
    }
    starts.push(...rig.listeners.map((listener) => listener.startedAtMs));
    controller.abort();
    await clock.advance(50);
    await ended;
  }
  return starts;
}

function mostInAnyHour(starts: readonly number[]): number {
  return Math.max(0, ...starts.map((start) => starts.filter((at) => at >= start && at <= start + hourMs).length));
}

test("an account kicked after every connection tries at most three times an hour over a day with ten restarts", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 60_000, max: 24 * hourMs - 1 }), { minLength: 10, maxLength: 10 }),
      fc.constantFrom<EndingKind>("kicked", "evicted"),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      async (restartsAtMs, kind, roll) => {
        const starts = await playDay({ kind, livesMs: () => 0, connects: true, restartsAtMs, roll: () => roll });
        expect(mostInAnyHour(starts)).toBeLessThanOrEqual(3);
        expect(starts.length).toBeGreaterThan(24);
      },
    ),
    { numRuns: 4 },
  );
}, 60_000);

test("an account evicted again and again after minutes of health keeps to three tries an hour as well", async () => {
  const starts = await playDay({
    kind: "evicted",
    livesMs: () => 120_000,
    connects: true,
    restartsAtMs: [],
    roll: () => 0,
  });
  expect(mostInAnyHour(starts)).toBeLessThanOrEqual(3);
}, 60_000);

test("an account kicked after minutes of health gets no fourth try in an hour from restarts of the gateway", async () => {
  await fc.assert(
    fc.asyncProperty(
      // From when the first kick is past.
      fc.array(fc.integer({ min: 30 * 60_000, max: 24 * hourMs - 1 }), { minLength: 10, maxLength: 10 }),
      fc.constantFrom(120_000, 600_000),
      async (restartsAtMs, livesMs) => {
        const kicked = { kind: "kicked", livesMs: () => livesMs, connects: true, roll: () => 0 } as const;
        expect(mostInAnyHour(await playDay({ ...kicked, restartsAtMs }))).toBeLessThanOrEqual(3);
      },
    ),
    { numRuns: 4 },
  );
}, 60_000);

test("a day without one connection costs at most 80 starts, however they end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom<EndingKind>("crash", "lock-held", "recycle", "evicted", "kicked"), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.constantFrom(0, 1_000, 30_000, 150_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      async (kinds, livesMs, roll) => {
        const rig = supervisorRig({ random: () => roll });
        const controller = new AbortController();
        const ended = rig.supervisor.run(controller.signal);
        await settle();
        const untilMs = rig.clock.now() + 24 * hourMs;
        while (rig.clock.now() < untilMs) {
          const newest = rig.current();
          if (newest.alive && rig.clock.now() - newest.startedAtMs >= livesMs)
            newest.exit(kinds[rig.listeners.length % kinds.length] ?? "crash");
          await rig.clock.advance(10_000);
        }
        expect(rig.listeners.length).toBeLessThanOrEqual(80);
        expect(rig.listeners.length).toBeGreaterThan(40);
        controller.abort();
        await rig.clock.advance(50);
        await ended;
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);

test("a logged-out account costs one start over ten restarts", async () => {
  const disk = fakeDisk();
  let starts = 0;
  for (let restart = 0; restart < 10; restart += 1) {
    const rig = supervisorRig({ disk });
    const ended = rig.supervisor.run(new AbortController().signal);
    await settle();
    if (rig.listeners.length > 0) rig.current().exit("logged-out");
    expect((await ended).kind).toBe("blocked");
    starts += rig.listeners.length;
  }
  expect(starts).toBe(1);
});

test("every delay stays within its bounds", () => {
  const settings = defaultSupervisorSettings;
  const roll = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), roll, (failures, value) => {
      const retry = retryDelayMs(failures, value, settings);
      expect(retry).toBeGreaterThanOrEqual(settings.retryFirstMs / 2);
      expect(retry).toBeLessThanOrEqual(settings.retryCapMs);
      if (failures === 1) expect(retry).toBeLessThan(1_000);
      const lock = lockDelayMs(failures, value, settings);
      expect(lock).toBeGreaterThanOrEqual(1_000);
      expect(lock).toBeLessThanOrEqual(300_000);
    }),
  );
  fc.assert(
    fc.property(roll, (value) => {
      const nowMs = 1_000_000_000;
      const first = afterEviction(countTry(freshBudget, nowMs - 5, settings), nowMs, value, settings);
      expect(first.notBeforeMs - nowMs).toBeLessThanOrEqual(60_000);
      const second = afterEviction(countTry(first, first.notBeforeMs, settings), first.notBeforeMs, value, settings);
      expect(second.notBeforeMs - first.notBeforeMs).toBeGreaterThanOrEqual(15 * 60_000);
    }),
  );
});
