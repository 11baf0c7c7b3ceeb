import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ZalouserError } from "../../../src/errors.ts";
import type { Clock } from "../../../src/supervisor/index.ts";
import type { SendOutcome } from "../../../src/zca/send/outcome.ts";
import type { PaceRecord, PaceStore } from "../../../src/zca/send/pace-record.ts";
import type { PacingSettings } from "../../../src/zca/send/pacing-settings.ts";
import { createSendQueue } from "../../../src/zca/send/send-queue.ts";
import { fakeClock } from "../../fakes/clock.ts";

const lan = "user:5120034498771203345";
const huy = "user:8891200345671123490";
const minuteMs = 60_000;
const sent: SendOutcome = { kind: "sent", messageIds: ["7654321000001"] };
const tooMany: SendOutcome = {
  kind: "unsent",
  error: new ZalouserError("ZCA_RATE_LIMITED", "Zalo answered: Vượt quá số request cho phép."),
};

/** A profile whose gateway is restarted at will; what a restart leaves is JSON on a disk. */
function profile(options: { pacing?: Partial<PacingSettings>; stored?: PaceRecord } = {}) {
  const ticking = fakeClock();
  let backMs = 0;
  let life = 0;
  const clock: Clock = {
    now: () => ticking.now() - backMs,
    setTimeout(run, delayMs) {
      const own = life;
      return ticking.setTimeout(() => own === life && run(), delayMs);
    },
  };
  let disk = options.stored === undefined ? undefined : JSON.stringify(options.stored);
  const store: PaceStore = {
    read: () => (disk === undefined ? undefined : JSON.parse(disk)),
    write: (record) => void (disk = JSON.stringify(record)),
  };
  const open = () =>
    createSendQueue({
      accountId: "trợ-lý",
      clock,
      random: () => 0.5,
      paceStore: store,
      ...(options.pacing && { pacing: options.pacing }),
    });
  let queue = open();
  /** When each call began, by a clock that nobody sets. */
  const starts: number[] = [];
  return {
    clock,
    starts,
    advance: (ms: number) => ticking.advance(ms),
    setBack: (ms: number) => void (backMs += ms),
    say: (thread: string, outcome: SendOutcome = sent) =>
      queue.enqueue({
        threadKey: thread,
        kind: "reply",
        tasks: [
          async () => {
            starts.push(ticking.now());
            return outcome;
          },
        ],
      }),
    /** Without a goodbye, as after a SIGKILL. */
    restart() {
      life += 1;
      queue = open();
    },
    snapshot: () => queue.snapshot(),
  };
}

describe("a restart of the gateway", () => {
  test('does not end the rest after "too many", however often it happens', async () => {
    const work = profile();
    void work.say(lan, tooMany);
    await work.advance(1_000);
    for (let times = 0; times < 10; times += 1) {
      work.restart();
      void work.say(lan);
      await work.advance(1_000);
    }
    expect(work.starts).toHaveLength(1);
    expect(work.snapshot().cooldownUntilMs).toBe((work.starts[0] ?? 0) + 5 * minuteMs);
    await work.advance(5 * minuteMs);
    expect((work.starts[1] ?? 0) - (work.starts[0] ?? 0)).toBeGreaterThanOrEqual(5 * minuteMs);
  });

  test("does not make the next rest shorter, until a message goes through", async () => {
    const work = profile();
    const restMs = () => (work.snapshot().cooldownUntilMs ?? 0) - work.clock.now();
    const rests: number[] = [];
    for (const outcome of [tooMany, tooMany, tooMany, tooMany, sent, tooMany]) {
      void work.say(huy, outcome);
      await work.advance(3_000);
      if (outcome === tooMany) rests.push(Math.ceil(restMs() / minuteMs));
      work.restart();
      await work.advance(Math.max(0, restMs()));
    }
    expect(rests).toEqual([5, 10, 20, 30, 5]);
  });

  test("earns no call above the budget of any minute, and no call without a pause", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ calls: fc.nat({ max: 4 }), passMs: fc.integer({ min: 0, max: 20_000 }) }), {
          maxLength: 25,
        }),
        async (lives) => {
          const work = profile({ pacing: { perMinute: 5, sameConversationMs: 500, otherConversationMs: 500 } });
          for (const { calls, passMs } of lives) {
            for (let call = 0; call < calls; call += 1) void work.say(call % 2 === 0 ? lan : huy);
            await work.advance(passMs);
            work.restart();
          }
          for (const [index, at] of work.starts.entries()) {
            const within = work.starts.slice(index).filter((later) => later <= at + minuteMs);
            expect(within.length).toBeLessThanOrEqual(5);
            if (index > 0) expect(at - (work.starts[index - 1] ?? 0)).toBeGreaterThanOrEqual(500);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("a clock that was wrong", () => {
  test("what was kept ahead of now holds a profile no longer than the longest rest", async () => {
    const aheadMs = Date.UTC(2036, 0, 1);
    const work = profile({
      stored: { coolUntilMs: aheadMs, nextCooldownMs: 2 ** 50, starts: Array.from({ length: 20 }, () => aheadMs) },
    });
    const begunMs = work.clock.now();
    void work.say(lan, tooMany);
    await work.advance(30 * minuteMs);
    expect(work.starts).toEqual([begunMs + 30 * minuteMs]);
    expect(work.snapshot().cooldownUntilMs).toBe(begunMs + 60 * minuteMs);
  });

  test("set back by a day while the gateway runs, it puts no send to sleep", async () => {
    const work = profile({ pacing: { perMinute: 3 } });
    for (const thread of [lan, huy, lan, huy]) void work.say(thread);
    await work.advance(10_000);
    expect(work.starts).toHaveLength(3);
    work.setBack(24 * 60 * minuteMs);
    await work.advance(2 * minuteMs);
    expect(work.starts).toHaveLength(4);
    void work.say(lan, tooMany);
    await work.advance(5_000);
    work.setBack(24 * 60 * minuteMs);
    void work.say(lan);
    await work.advance(10 * minuteMs);
    expect(work.starts).toHaveLength(6);
    expect((work.starts[5] ?? 0) - (work.starts[4] ?? 0)).toBeGreaterThanOrEqual(5 * minuteMs);
  });

  test("set back while the rest of an answer waits for its second try, it delays that try no longer than said", async () => {
    const work = profile();
    const busy: SendOutcome = { kind: "unsent", error: new ZalouserError("ZCA_BUSY", "Máy chủ đang bận.") };
    const queue = createSendQueue({ accountId: "trợ-lý", clock: work.clock, random: () => 0.5 });
    const answers: SendOutcome[] = [sent, busy, sent];
    const answer = async () => answers.shift() ?? sent;
    let outcomes: readonly SendOutcome[] = [];
    void queue.enqueue({ threadKey: lan, kind: "reply", tasks: [answer, answer] }).then((all) => (outcomes = all));
    await work.advance(3_000);
    work.setBack(24 * 60 * minuteMs);
    await work.advance(20_000);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["sent", "sent"]);
  });
});
