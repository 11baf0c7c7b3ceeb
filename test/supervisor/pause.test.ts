import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EndingKind, PauseOutcome } from "../../src/supervisor/index.ts";
import { settle } from "../fakes/clock.ts";
import { supervisorRig, type Rig, type RigOptions } from "../fakes/listener.ts";

async function started(
  options: RigOptions = {},
): Promise<{ rig: Rig; stop: AbortController; ended: Promise<unknown> }> {
  const rig = supervisorRig(options);
  const stop = new AbortController();
  const ended = rig.supervisor.run(stop.signal);
  await settle();
  return { rig, stop, ended };
}

/** Work that lasts `ms` and notes what it saw. */
function working(rig: Rig, seen: string[], ms: number) {
  return async (signal: AbortSignal) => {
    seen.push(`began with ${rig.aliveCount()} alive`);
    await new Promise<void>((resolve) => {
      const cancel = rig.clock.setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        cancel();
        seen.push("aborted");
        // A child takes a moment to die.
        rig.clock.setTimeout(resolve, 20);
      });
    });
    seen.push(`ended with ${rig.aliveCount()} alive`);
    return "đã đọc";
  };
}

describe("a pause of the listener", () => {
  test("ends a running listener, does the work alone and starts the listener again", async () => {
    const { rig, stop, ended } = await started();
    rig.supervisor.noteConnected();
    const seen: string[] = [];
    const outcome = rig.supervisor.pauseFor(working(rig, seen, 500));
    await rig.clock.advance(400);
    expect(rig.aliveCount()).toBe(0);
    expect(rig.supervisor.snapshot().phase).toBe("paused");
    await rig.clock.advance(200);
    await expect(outcome).resolves.toEqual({ kind: "done", value: "đã đọc" });
    expect(seen).toEqual(["began with 0 alive", "ended with 0 alive"]);
    expect([rig.listeners.length, rig.aliveCount()]).toEqual([2, 1]);
    stop.abort();
    await rig.clock.advance(100);
    await ended;
  });

  test("asked for before the first start, the work comes first and costs no start", async () => {
    const rig = supervisorRig();
    const stop = new AbortController();
    const seen: string[] = [];
    const outcome = rig.supervisor.pauseFor(working(rig, seen, 500));
    const ended = rig.supervisor.run(stop.signal);
    await rig.clock.advance(499);
    expect(rig.listeners).toHaveLength(0);
    await rig.clock.advance(1);
    await expect(outcome).resolves.toMatchObject({ kind: "done" });
    expect(rig.listeners).toHaveLength(1);
    stop.abort();
    await rig.clock.advance(100);
    await ended;
  });

  test("asked for during a login, it waits until that one is over", async () => {
    const { rig, stop, ended } = await started();
    const seen: string[] = [];
    const outcome = rig.supervisor.pauseFor(working(rig, seen, 100));
    await rig.clock.advance(1_000);
    expect([seen, rig.aliveCount()]).toEqual([[], 1]);
    rig.supervisor.noteConnected();
    await rig.clock.advance(200);
    await expect(outcome).resolves.toMatchObject({ kind: "done" });
    stop.abort();
    await rig.clock.advance(100);
    await ended;
  });

  test("between two tries it shortens no wait", async () => {
    const { rig, stop, ended } = await started();
    for (let failure = 0; failure < 5; failure += 1) {
      rig.current().exit("network");
      await settle();
      if (failure < 4) await rig.clock.advance(61_000);
    }
    const { phase, nextAttemptAtMs } = rig.supervisor.snapshot();
    expect(phase).toBe("waiting");
    const starts = rig.listeners.length;
    const outcome = rig.supervisor.pauseFor(working(rig, [], 50));
    await rig.clock.advance(50);
    await expect(outcome).resolves.toMatchObject({ kind: "done" });
    expect(rig.supervisor.snapshot()).toMatchObject({ phase: "waiting", nextAttemptAtMs });
    expect(rig.listeners).toHaveLength(starts);
    stop.abort();
    await rig.clock.advance(100);
    await ended;
  });

  test.each<EndingKind>(["kicked", "binary-missing", "logged-out"])(
    "is refused after an ending that is not to be tried again soon: %s",
    async (kind) => {
      const { rig, stop, ended } = await started();
      rig.current().exit(kind);
      await settle();
      await expect(rig.supervisor.pauseFor(async () => "nie")).resolves.toEqual({ kind: "refused" });
      stop.abort();
      await settle();
      await ended;
      await expect(rig.supervisor.pauseFor(async () => "nie")).resolves.toEqual({ kind: "refused" });
    },
  );

  test("a stop aborts the work, waits for its end and starts nothing", async () => {
    const { rig, stop, ended } = await started();
    rig.supervisor.noteConnected();
    const seen: string[] = [];
    const outcome = rig.supervisor.pauseFor(working(rig, seen, 60_000));
    const second = rig.supervisor.pauseFor(working(rig, seen, 1));
    await rig.clock.advance(50);
    let over = false;
    void ended.then(() => (over = true));
    stop.abort();
    await settle();
    expect([seen.at(-1), over]).toEqual(["aborted", false]);
    await rig.clock.advance(20);
    expect(over).toBe(true);
    await expect(outcome).resolves.toMatchObject({ kind: "done" });
    await expect(second).resolves.toEqual({ kind: "refused" });
    expect(rig.listeners).toHaveLength(1);
  });

  test("its limit aborts the work, and a failure reaches who asked", async () => {
    const { rig, stop, ended } = await started();
    rig.supervisor.noteConnected();
    const seen: string[] = [];
    void rig.supervisor.pauseFor(working(rig, seen, 60_000), { limitMs: 1_000 });
    const failed = rig.supervisor.pauseFor(async () => {
      throw new Error("fetch failed");
    });
    const failure = expect(failed).rejects.toThrow("fetch failed");
    await rig.clock.advance(1_100);
    await failure;
    expect(seen).toContain("aborted");
    expect(rig.aliveCount()).toBe(1);
    stop.abort();
    await rig.clock.advance(100);
    await ended;
  });
});

const step = fc.oneof(
  fc.constantFrom("connected", "heartbeat", "line", "wake", "pause", "pause", "pause").map((name) => ({ name, ms: 0 })),
  fc
    .constantFrom<EndingKind>("crash", "closed", "network", "evicted", "kicked", "lock-held", "binary-missing")
    .map((name) => ({
      name,
      ms: 0,
    })),
  fc.constantFrom(1, 300, 5_000, 61_000, 40 * 60_000).map((ms) => ({ name: "pass", ms })),
);

test("over any order of events: at most one listener, none during a pause's work, every pause settles, the stop wins", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 1_500 }),
      async (steps, lengths, dyingMs) => {
        const rig = supervisorRig({ dyingMs });
        const stop = new AbortController();
        const outcomes: PauseOutcome<void>[] = [];
        let asked = 0;
        let at = 0;
        const check = () => expect(rig.aliveCount()).toBeLessThanOrEqual(at > 0 ? 0 : 1);
        const work = (ms: number) => async (signal: AbortSignal) => {
          at += 1;
          expect(at).toBe(1);
          check();
          const until = rig.clock.now() + ms;
          while (rig.clock.now() < until && !signal.aborted) {
            await new Promise<void>((resolve) => {
              rig.clock.setTimeout(resolve, 250);
            });
            check();
          }
          at -= 1;
        };
        let over = false;
        const ended = rig.supervisor.run(stop.signal).then(() => (over = true));
        await settle();
        for (const { name, ms } of steps) {
          if (name === "pause") {
            const length = lengths[asked % lengths.length] ?? 1;
            asked += 1;
            void rig.supervisor.pauseFor(work(length)).then((outcome) => outcomes.push(outcome));
          } else if (name === "connected") rig.supervisor.noteConnected();
          else if (name === "heartbeat") rig.supervisor.noteHeartbeat();
          else if (name === "line") rig.supervisor.noteLine();
          else if (name === "wake") rig.supervisor.wake();
          else if (name === "pass") await rig.clock.advance(ms);
          else if (rig.listeners.at(-1)?.alive === true) rig.current().exit(name as EndingKind);
          await settle();
          check();
        }
        stop.abort();
        await rig.clock.advance(10_000);
        expect([over, rig.aliveCount(), at, outcomes.length]).toEqual([true, 0, 0, asked]);
        const starts = rig.listeners.length;
        await rig.clock.advance(60 * 60_000);
        expect(rig.listeners).toHaveLength(starts);
        await ended;
      },
    ),
    { numRuns: 300 },
  );
});
