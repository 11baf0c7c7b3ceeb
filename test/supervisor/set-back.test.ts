import { describe, expect, test } from "vitest";
import type { EndingKind } from "../../src/supervisor/index.ts";
import { fakeClock, settle } from "../fakes/clock.ts";
import { supervisorRig, type RigOptions } from "../fakes/listener.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A running account whose clock can be set back, as by a time server that corrects it. */
async function account(options: RigOptions = {}) {
  const ticking = fakeClock();
  let backMs = 0;
  const clock = {
    now: () => ticking.now() - backMs,
    setTimeout: (run: () => void, delayMs: number) => ticking.setTimeout(run, delayMs),
    advance: (ms: number) => ticking.advance(ms),
    get pending() {
      return ticking.pending;
    },
  };
  const rig = supervisorRig({ clock, ...options });
  void rig.supervisor.run(new AbortController().signal);
  await settle();
  return { rig, clock, trueMs: () => ticking.now(), setBack: (ms: number) => void (backMs += ms) };
}

describe("a clock that is set back by a day", () => {
  test.each<EndingKind>(["crash", "closed", "lock-held"])("does not put off the next try after %s", async (kind) => {
    const { rig, clock, setBack } = await account();
    rig.supervisor.noteConnected();
    rig.current().exit(kind);
    await settle();
    setBack(dayMs);
    await clock.advance(10_000);
    expect(rig.listeners).toHaveLength(2);
  });

  test("does not hide that the listener has fallen silent", async () => {
    const { rig, clock, setBack } = await account();
    rig.supervisor.noteConnected();
    await clock.advance(30_000);
    rig.supervisor.noteHeartbeat();
    setBack(dayMs);
    await clock.advance(5 * minuteMs);
    expect(rig.listeners.length).toBeGreaterThan(1);
  });

  test("does not use up the hour's starts for a day", async () => {
    const { rig, clock, setBack } = await account({ settings: { startCeiling: 4 } });
    for (let round = 0; round < 4; round += 1) {
      rig.supervisor.noteConnected();
      rig.current().exit("closed");
      await clock.advance(60_000);
    }
    expect(rig.listeners).toHaveLength(4);
    setBack(dayMs);
    await clock.advance(2 * 60 * minuteMs);
    expect(rig.listeners.length).toBeGreaterThan(4);
  });

  test("gives a kicked account neither more tries in any hour nor none for a day", async () => {
    const { rig, clock, trueMs, setBack } = await account();
    const starts: number[] = [];
    for (let passed = 0; passed < 8 * 60; passed += 1) {
      if (rig.listeners.length > starts.length) {
        starts.push(trueMs());
        rig.supervisor.noteConnected();
        rig.current().exit("kicked");
        await settle();
      }
      if (passed % 50 === 49) setBack(dayMs);
      await clock.advance(minuteMs);
    }
    for (const start of starts)
      expect(starts.filter((at) => at >= start && at <= start + 60 * minuteMs).length).toBeLessThanOrEqual(3);
    expect(starts.length).toBeGreaterThan(8);
    // Kept as the clock tells it now: a start of the gateway forgets what lies ahead of it.
    expect(rig.disk.budget.starts.every((at) => at <= clock.now())).toBe(true);
  });
});
