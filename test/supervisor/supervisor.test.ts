import { describe, expect, test } from "vitest";
import type { EndingKind, RunOutcome } from "../../src/supervisor/index.ts";
import { fakeClock, settle } from "../fakes/clock.ts";
import { fakeDisk, supervisorRig, type Rig, type RigOptions } from "../fakes/listener.ts";

async function running(options: RigOptions = {}): Promise<{ rig: Rig; stop: () => void; ended: Promise<RunOutcome> }> {
  const rig = supervisorRig(options);
  const controller = new AbortController();
  const ended = rig.supervisor.run(controller.signal);
  await settle();
  return { rig, stop: () => controller.abort(), ended };
}

async function connect(rig: Rig): Promise<void> {
  rig.supervisor.noteConnected();
  await settle();
}

/** A listener that beats every 30 s for as long as asked. */
async function beat(rig: Rig, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 30_000) {
    await rig.clock.advance(Math.min(30_000, ms - passed));
    rig.supervisor.noteHeartbeat();
  }
}

async function untilNextStart(rig: Rig): Promise<void> {
  await rig.clock.advance((rig.supervisor.snapshot().nextAttemptAtMs ?? 0) - rig.clock.now());
}

describe("crashes and dropped connections", () => {
  test.each<EndingKind>(["network", "no-start"])(
    "%s: tries again within a second, then ever more slowly up to a minute",
    async (kind) => {
      const { rig, stop, ended } = await running();
      const waits: number[] = [];
      for (let round = 0; round < 12; round += 1) {
        rig.current().exit(kind);
        await settle();
        const at = rig.clock.now();
        const before = rig.listeners.length;
        while (rig.listeners.length === before) await rig.clock.advance(50);
        waits.push(rig.clock.now() - at);
      }
      expect(waits[0]).toBeLessThan(1_000);
      expect(waits.at(-1)).toBeGreaterThanOrEqual(30_000);
      expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
      stop();
      await settle();
      await rig.clock.advance(20);
      expect(await ended).toEqual({ kind: "stopped" });
    },
  );

  test("forgives the failures after 90 s of connection", async () => {
    const { rig } = await running();
    for (let round = 0; round < 6; round += 1) {
      rig.current().exit("network");
      await rig.clock.advance(60_000);
    }
    expect(rig.supervisor.snapshot().attempts).toBe(6);
    await connect(rig);
    await beat(rig, 91_000);
    expect(rig.supervisor.snapshot().attempts).toBe(0);
    rig.current().exit("closed");
    await settle();
    const next = rig.supervisor.snapshot();
    expect((next.nextAttemptAtMs ?? 0) - rig.clock.now()).toBeLessThan(1_000);
  });

  test("crash: the first retry comes within a second, also when it was connected each time", async () => {
    const { rig } = await running();
    for (let round = 0; round < 29; round += 1) {
      await connect(rig);
      rig.current().exit("crash");
      await settle();
      const wait = (rig.supervisor.snapshot().nextAttemptAtMs ?? 0) - rig.clock.now();
      expect(wait).toBeLessThanOrEqual(round === 0 ? 1_000 : 60_000);
      await rig.clock.advance(60_000);
    }
    expect(rig.listeners).toHaveLength(30);
  });

  test("the thirty-first start within an hour waits for the hour to pass, over a restart too, and reads as blocked", async () => {
    const { rig, stop, ended } = await running();
    const beganMs = rig.clock.now();
    for (let round = 0; round < 29; round += 1) {
      await connect(rig);
      rig.current().exit("closed");
      await rig.clock.advance(60_000);
    }
    await connect(rig);
    rig.current().exit("closed");
    await settle();
    expect(rig.supervisor.snapshot()).toMatchObject({
      lifecycle: "blocked",
      atCeiling: true,
      nextAttemptAtMs: beganMs + 60 * 60_000,
    });
    stop();
    await ended;
    const next = await running({ disk: rig.disk, clock: rig.clock });
    expect(next.rig.listeners).toHaveLength(0);
    expect(next.rig.supervisor.snapshot()).toMatchObject({ atCeiling: true, lastEnding: { kind: "closed" } });
    await next.rig.clock.advance(beganMs + 60 * 60_000 - rig.clock.now());
    expect(next.rig.listeners).toHaveLength(1);
  });

  test("a start that throws is an exit too", async () => {
    const { rig } = await running({ failingStarts: 1 });
    expect(rig.supervisor.snapshot().lastEnding).toMatchObject({ kind: "crash", detail: "spawn EAGAIN" });
    await rig.clock.advance(1_000);
    expect(rig.listeners).toHaveLength(1);
  });

  test("remembers exits over a restart and tells those we asked for from those we did not", async () => {
    const { rig, stop, ended } = await running();
    await connect(rig);
    rig.current().exit("closed", "rớt mạng");
    await rig.clock.advance(1_000);
    await connect(rig);
    await beat(rig, 31 * 60_000);
    await connect(rig);
    stop();
    await rig.clock.advance(20);
    await ended;
    const { rig: next } = await running({ disk: rig.disk, clock: rig.clock });
    const { exits, lastEnding } = next.supervisor.snapshot();
    expect(exits.map(({ kind, asked }) => asked ?? kind)).toEqual(["closed", "renew", "stop"]);
    expect(lastEnding).toMatchObject({ kind: "closed", detail: "rớt mạng" });
  });

  test("keeps the last twenty exits", async () => {
    const { rig } = await running();
    for (let round = 0; round < 25; round += 1) {
      rig.current().exit("network", `lần ${round}`);
      await rig.clock.advance(60_000);
    }
    const { exits, starts } = rig.supervisor.snapshot();
    expect(exits).toHaveLength(20);
    expect(exits.at(-1)?.detail).toBe("lần 24");
    expect(starts).toBe(26);
  });
});

describe("another session", () => {
  test("after a kick the first retry comes within a minute and the account reads as blocked until then", async () => {
    const { rig } = await running();
    await connect(rig);
    rig.current().exit("kicked");
    await settle();
    expect(rig.supervisor.snapshot()).toMatchObject({ lifecycle: "blocked", phase: "cooling" });
    await rig.clock.advance(60_000);
    expect(rig.listeners).toHaveLength(2);
  });

  test("the second retry waits a quarter of an hour and more", async () => {
    const { rig } = await running();
    rig.current().exit("evicted");
    await rig.clock.advance(60_000);
    rig.current().exit("evicted");
    await rig.clock.advance(14 * 60_000);
    expect(rig.listeners).toHaveLength(2);
    await rig.clock.advance(12 * 60_000);
    expect(rig.listeners).toHaveLength(3);
  });

  test("a gateway restart while cooling down does not try sooner", async () => {
    const first = await running();
    for (let round = 0; round < 2; round += 1) {
      first.rig.current().exit("kicked");
      await first.rig.clock.advance(60_000);
    }
    const untilMs = first.rig.supervisor.snapshot().nextAttemptAtMs ?? 0;
    first.stop();
    await first.ended;
    const second = await running({ disk: first.rig.disk, clock: first.rig.clock });
    expect(second.rig.listeners).toHaveLength(0);
    expect(second.rig.supervisor.snapshot().nextAttemptAtMs).toBe(untilMs);
    await second.rig.clock.advance(untilMs - second.rig.clock.now());
    expect(second.rig.listeners).toHaveLength(1);
  });
});

describe("starts that never reach a connection", () => {
  test.each<EndingKind>(["crash", "lock-held", "recycle"])(
    "%s: six quick tries, then three an hour, kept over a restart and read as blocked",
    async (kind) => {
      const { rig, stop, ended } = await running();
      for (let round = 0; round < 5; round += 1) {
        rig.current().exit(kind);
        await settle();
        const next = rig.supervisor.snapshot();
        const waitMs = (next.nextAttemptAtMs ?? 0) - rig.clock.now();
        // Longer than the host's health monitor lets an account recover, it has to read as blocked.
        expect(next.lifecycle).toBe(waitMs > 60_000 ? "blocked" : "recovering");
        expect(waitMs).toBeLessThanOrEqual(120_000);
        await untilNextStart(rig);
      }
      rig.current().exit(kind);
      await settle();
      const { lifecycle, nextAttemptAtMs = 0 } = rig.supervisor.snapshot();
      expect(lifecycle).toBe("blocked");
      expect(nextAttemptAtMs - rig.clock.now()).toBeGreaterThanOrEqual(15 * 60_000);
      expect(rig.disk.budget.notBeforeMs).toBe(nextAttemptAtMs);
      stop();
      await ended;
      const next = await running({ disk: rig.disk, clock: rig.clock });
      expect(next.rig.listeners).toHaveLength(0);
      expect(next.rig.supervisor.snapshot().nextAttemptAtMs).toBe(nextAttemptAtMs);
    },
  );

  test("a connection that holds clears them", async () => {
    const { rig } = await running();
    for (let round = 0; round < 6; round += 1) {
      rig.current().exit("crash");
      await settle();
      await untilNextStart(rig);
    }
    await connect(rig);
    await beat(rig, 91_000);
    expect(rig.disk.budget.streak).toBe(0);
    rig.current().exit("crash");
    await settle();
    expect((rig.supervisor.snapshot().nextAttemptAtMs ?? 0) - rig.clock.now()).toBeLessThan(1_000);
  });
});

describe("a gateway that dies in the middle of its starts", () => {
  test("six starts nobody saw the end of count as fruitless: the seventh waits", async () => {
    const disk = fakeDisk();
    const clock = fakeClock();
    for (let life = 0; life < 6; life += 1) {
      const { rig } = await running({ disk, clock });
      expect(rig.listeners).toHaveLength(1);
      await clock.advance(1_000);
    }
    const { rig } = await running({ disk, clock });
    expect(rig.listeners).toHaveLength(0);
    expect(rig.supervisor.snapshot().lifecycle).toBe("blocked");
    expect((rig.supervisor.snapshot().nextAttemptAtMs ?? 0) - clock.now()).toBeGreaterThan(10 * 60_000);
  });

  test("a start cut short by a polite stop is no failure, but counts against the hour", async () => {
    const disk = fakeDisk();
    const clock = fakeClock();
    let starts = 0;
    for (let life = 0; life < 40; life += 1) {
      const { rig, stop, ended } = await running({ disk, clock });
      starts += rig.listeners.length;
      stop();
      await clock.advance(20);
      await ended;
    }
    expect(starts).toBe(30);
    expect(disk.budget).toMatchObject({ fruitless: 0, streak: 0 });
  });

  test.each<EndingKind>(["network", "no-start", "unrecognized"])(
    "%s costs no login and no try of the hour",
    async (kind) => {
      const { rig } = await running();
      rig.current().exit(kind);
      await settle();
      expect(rig.disk.budget).toMatchObject({ starts: [], fruitless: 0 });
    },
  );

  test("times from a clock that was years ahead hold nobody back for years", async () => {
    const clock = fakeClock();
    const future = clock.now() + 365 * 24 * 60 * 60_000;
    const disk = fakeDisk();
    disk.budget = { tries: [future], starts: [future], fruitless: 0, streak: 2, notBeforeMs: future };
    const { rig } = await running({ disk, clock });
    await clock.advance(61 * 60_000);
    expect(rig.listeners).toHaveLength(1);
  });
});

describe("a held profile", () => {
  test("tries a few times soon, then slowly, and never in a tight loop", async () => {
    const { rig } = await running();
    for (let minute = 0; minute < 60; minute += 1) {
      for (let second = 0; second < 60; second += 1) {
        if (rig.current().alive) rig.current().exit("lock-held");
        await rig.clock.advance(1_000);
      }
      if (minute === 0) expect(rig.listeners.length).toBeGreaterThanOrEqual(4);
    }
    expect(rig.listeners.length).toBeLessThanOrEqual(9);
  });
});

describe("what only a person can mend", () => {
  test.each<EndingKind>(["logged-out", "login-refused", "unlicensed"])(
    "%s ends the run with its verdict, and the next run starts nothing",
    async (kind) => {
      const { rig, ended } = await running();
      rig.current().exit(kind, "hết phiên đăng nhập");
      const outcome = await ended;
      expect(outcome).toMatchObject({ kind: "blocked", verdict: { kind, detail: "hết phiên đăng nhập" } });
      expect(rig.clock.pending).toBe(0);
      const again = await running({ disk: rig.disk });
      expect(await again.ended).toEqual(outcome);
      expect(again.rig.listeners).toHaveLength(0);
      expect(again.rig.supervisor.snapshot()).toMatchObject({ lifecycle: "blocked", verdict: { kind } });
    },
  );

  test("runs again once the verdict is cleared", async () => {
    const disk = fakeDisk();
    const first = await running({ disk });
    first.rig.current().exit("logged-out");
    await first.ended;
    disk.verdict = undefined;
    const second = await running({ disk });
    expect(second.rig.listeners).toHaveLength(1);
  });

  test.each<EndingKind>(["binary-missing", "not-executable", "unrecognized"])(
    "%s: looks at the file once a minute and spawns only when it is another one",
    async (kind) => {
      let looks = 0;
      let file = "zca@1";
      const { rig } = await running({ binaryFingerprint: () => ((looks += 1), file) });
      rig.current().exit(kind);
      const looksAtStart = looks;
      await rig.clock.advance(10 * 60_000);
      expect(rig.listeners).toHaveLength(1);
      expect(looks - looksAtStart).toBe(10);
      expect(rig.supervisor.snapshot()).toMatchObject({ lifecycle: "blocked", phase: "missing" });
      file = "zca@2";
      await rig.clock.advance(60_000);
      expect(rig.listeners).toHaveLength(2);
      rig.current().exit(kind);
      await rig.clock.advance(10 * 60_000);
      expect(rig.listeners).toHaveLength(2);
    },
  );

  test("a file replaced while its start was failing is tried", async () => {
    let file = "zca@1";
    const { rig } = await running({ binaryFingerprint: () => file });
    file = "zca@2";
    rig.current().exit("unrecognized");
    await rig.clock.advance(60_000);
    expect(rig.listeners).toHaveLength(2);
  });

  test("a failing look changes nothing", async () => {
    let broken = false;
    const { rig } = await running({
      binaryFingerprint: () => {
        if (broken) throw new Error("EIO");
        return "zca@1";
      },
    });
    broken = true;
    rig.current().exit("binary-missing");
    await rig.clock.advance(120_000);
    expect(rig.listeners).toHaveLength(1);
    expect(rig.problems).toEqual(["looking for the binary", "looking for the binary"]);
  });
});

describe("silence and renewal", () => {
  test("three missed heartbeats end the listener and start another", async () => {
    const { rig } = await running();
    await connect(rig);
    await beat(rig, 60_000);
    await rig.clock.advance(89_000);
    expect(rig.listeners).toHaveLength(1);
    await rig.clock.advance(3_000);
    expect(rig.listeners).toHaveLength(2);
    expect(rig.aliveCount()).toBe(1);
    expect(rig.supervisor.snapshot().lastEnding).toMatchObject({ kind: "silent" });
  });

  test("silence proves nothing about a listener without heartbeats", async () => {
    const { rig } = await running({ settings: { supervised: false, recycleMs: 0 } });
    await connect(rig);
    await rig.clock.advance(60 * 60_000);
    expect(rig.listeners).toHaveLength(1);
  });

  test("a program that never says it is connected counts as such with its first line, or after 15 s", async () => {
    const first = await running({ settings: { supervised: false } });
    first.rig.supervisor.noteLine();
    expect(first.rig.supervisor.snapshot().lifecycle).toBe("ready");
    const second = await running({ settings: { supervised: false } });
    await second.rig.clock.advance(14_999);
    expect(second.rig.supervisor.snapshot().lifecycle).toBe("starting");
    await second.rig.clock.advance(1);
    expect(second.rig.supervisor.snapshot().lifecycle).toBe("ready");
  });

  test("that a program reports nothing may be learned after its start", async () => {
    let supervised = true;
    const { rig } = await running({ supervised: () => supervised });
    supervised = false;
    await rig.clock.advance(15_000);
    expect(rig.supervisor.snapshot().lifecycle).toBe("ready");
  });

  test("a line is no connection where the program says so itself", async () => {
    const { rig } = await running();
    rig.supervisor.noteLine();
    await rig.clock.advance(16_000);
    expect(rig.supervisor.snapshot().lifecycle).toBe("starting");
  });

  test("a listener that never connects is restarted", async () => {
    const { rig } = await running();
    await rig.clock.advance(125_000);
    expect(rig.listeners).toHaveLength(2);
  });

  test("renews after half an hour, at once when nobody is writing", async () => {
    const { rig } = await running();
    await connect(rig);
    await beat(rig, 30 * 60_000 - 1_000);
    expect(rig.listeners).toHaveLength(1);
    await rig.clock.advance(1_100);
    expect(rig.listeners).toHaveLength(2);
    expect(rig.supervisor.snapshot().attempts).toBe(0);
  });

  test("renews later when the day's logins are used up, and asks anew as time passes", async () => {
    let renewAfterMs = 120 * 60_000;
    const { rig } = await running({ renewAfterMs: () => renewAfterMs });
    await connect(rig);
    await beat(rig, 60 * 60_000);
    expect(rig.listeners).toHaveLength(1);
    renewAfterMs = 30 * 60_000;
    await beat(rig, 30_000);
    await rig.clock.advance(100);
    expect(rig.listeners).toHaveLength(2);
  });

  test("waits while the account is busy, five minutes at most", async () => {
    let busy = true;
    const { rig } = await running({ busy: () => busy });
    await connect(rig);
    await beat(rig, 32 * 60_000);
    expect(rig.listeners).toHaveLength(1);
    busy = false;
    await rig.clock.advance(6_000);
    expect(rig.listeners).toHaveLength(2);
    busy = true;
    await connect(rig);
    await beat(rig, 34 * 60_000);
    expect(rig.listeners).toHaveLength(2);
    await beat(rig, 61_000);
    await rig.clock.advance(20);
    expect(rig.listeners).toHaveLength(3);
  });

  test("waits for a pause in the conversation, five minutes at most", async () => {
    const { rig } = await running();
    await connect(rig);
    await beat(rig, 29 * 60_000);
    for (let second = 0; second < 5 * 60; second += 1) {
      await rig.clock.advance(1_000);
      rig.supervisor.noteLine();
    }
    expect(rig.listeners).toHaveLength(1);
    for (let second = 0; second < 61; second += 1) {
      await rig.clock.advance(1_000);
      rig.supervisor.noteLine();
    }
    expect(rig.listeners).toHaveLength(2);
  });

  test("a listener that recycles itself without ever being healthy is not restarted in a tight loop", async () => {
    const { rig } = await running();
    for (let second = 0; second < 600; second += 1) {
      if (rig.current().alive) rig.current().exit("recycle");
      await rig.clock.advance(1_000);
    }
    expect(rig.listeners.length).toBeLessThan(25);
  });
});

describe("a new login", () => {
  test("restarts a running listener at once", async () => {
    const { rig } = await running();
    await connect(rig);
    rig.supervisor.wake();
    await rig.clock.advance(20);
    expect(rig.listeners).toHaveLength(2);
    expect(rig.aliveCount()).toBe(1);
  });

  test.each<EndingKind>(["kicked", "lock-held", "closed", "binary-missing"])(
    "clears the wait after %s",
    async (kind) => {
      const { rig } = await running();
      for (let round = 0; round < 3; round += 1) {
        rig.current().exit(kind);
        await settle();
        rig.supervisor.wake();
        await settle();
      }
      expect(rig.listeners).toHaveLength(4);
      expect(rig.supervisor.snapshot().attempts).toBe(0);
      expect(rig.disk.budget.streak).toBe(0);
    },
  );
});

describe("starting and stopping", () => {
  test("starts nothing before it is its turn, and gives the turn back once connected", async () => {
    let open = (_release: () => void): void => undefined;
    let released = 0;
    const { rig } = await running({ acquire: () => new Promise((resolve) => (open = resolve)) });
    expect(rig.listeners).toHaveLength(0);
    open(() => (released += 1));
    await settle();
    expect(rig.listeners).toHaveLength(1);
    expect(released).toBe(0);
    await connect(rig);
    expect(released).toBe(1);
  });

  test("gives the turn back after 20 s without a connection, and after an exit", async () => {
    let released = 0;
    const { rig } = await running({ acquire: async () => () => void (released += 1) });
    await rig.clock.advance(20_000);
    expect(released).toBe(1);
    rig.current().exit("crash");
    await rig.clock.advance(1_000);
    rig.current().exit("crash");
    await settle();
    expect(released).toBe(2);
  });

  test("stopped while waiting for its turn, it starts nothing and hands a late turn on", async () => {
    let open = (_release: () => void): void => undefined;
    let released = 0;
    const { rig, stop, ended } = await running({ acquire: () => new Promise((resolve) => (open = resolve)) });
    stop();
    expect(await ended).toEqual({ kind: "stopped" });
    open(() => (released += 1));
    await settle();
    expect(rig.listeners).toHaveLength(0);
    expect(released).toBe(1);
    expect(rig.clock.pending).toBe(0);
  });

  test("a turn that does not come within a minute is told, and still taken when it comes", async () => {
    let open = (_release: () => void): void => undefined;
    const { rig } = await running({ acquire: () => new Promise((resolve) => (open = resolve)) });
    await rig.clock.advance(59_999);
    expect(rig.supervisor.snapshot()).toMatchObject({ lifecycle: "starting", queued: false });
    await rig.clock.advance(1);
    expect(rig.supervisor.snapshot()).toMatchObject({ lifecycle: "blocked", queued: true });
    open(() => undefined);
    await settle();
    expect(rig.listeners).toHaveLength(1);
    expect(rig.supervisor.snapshot()).toMatchObject({ lifecycle: "starting", queued: false });
  });

  test("a broken gate does not keep the account down", async () => {
    const { rig } = await running({ acquire: () => Promise.reject(new Error("EACCES")) });
    expect(rig.listeners).toHaveLength(1);
    expect(rig.problems).toEqual(["the login gate"]);
  });

  test("asks the child to end at once with two seconds of grace and settles only when it is gone", async () => {
    const { rig, stop, ended } = await running({ dyingMs: 2_000 });
    await connect(rig);
    let settled = false;
    void ended.then(() => (settled = true));
    stop();
    await settle();
    expect(rig.current().stopGraceMs).toBe(2_000);
    await rig.clock.advance(1_999);
    expect(settled).toBe(false);
    await rig.clock.advance(1);
    expect(await ended).toEqual({ kind: "stopped" });
    expect(rig.aliveCount()).toBe(0);
    expect(rig.clock.pending).toBe(0);
  });

  test("an abort before the run starts nothing", async () => {
    const rig = supervisorRig();
    expect(await rig.supervisor.run(AbortSignal.abort())).toEqual({ kind: "stopped" });
    expect(rig.listeners).toHaveLength(0);
  });

  test("a store that cannot be written is reported and the listener goes on", async () => {
    const disk = fakeDisk();
    Object.defineProperty(disk, "budget", {
      get: () => undefined,
      set: () => {
        throw new Error("ENOSPC");
      },
    });
    const { rig } = await running({ disk });
    rig.current().exit("kicked");
    await rig.clock.advance(60_000);
    expect(rig.listeners).toHaveLength(2);
    expect(rig.problems).toContain("the retry budget");
  });
});
