import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ZalouserError } from "../../../src/errors.ts";
import { sleep, type Clock } from "../../../src/supervisor/index.ts";
import { runErrand } from "../../../src/zca/send/errand.ts";
import type { SendOutcome } from "../../../src/zca/send/outcome.ts";
import { createSendQueue } from "../../../src/zca/send/send-queue.ts";
import type { SendKind } from "../../../src/zca/send/send-order.ts";
import { fakeClock } from "../../fakes/clock.ts";

const lan = "user:5120034498771203345";
const huy = "user:8891200345671123490";
const sent: SendOutcome = { kind: "sent", messageIds: ["7654321000001"] };
const unsent: SendOutcome = { kind: "unsent", error: new ZalouserError("ZCA_BAD_TARGET", "Tham số không hợp lệ") };

function rig() {
  const clock = fakeClock();
  const startMs = clock.now();
  const queue = createSendQueue({ accountId: "trợ-lý", clock, random: () => 0 });
  const said: { text: string; thread: string; atMs: number }[] = [];
  const say = (thread: string, text: string, options: { kind?: SendKind; outcome?: SendOutcome } = {}) =>
    queue.enqueue({
      threadKey: thread,
      kind: options.kind ?? "reply",
      repeatKeys: [text],
      tasks: [
        async () => {
          said.push({ text, thread, atMs: clock.now() - startMs });
          return options.outcome ?? sent;
        },
      ],
    });
  return { clock, queue, said, say, texts: () => said.map(({ text }) => text) };
}

describe("the same text twice", () => {
  test('"ok" twice is two messages, a minute apart, and what comes behind them keeps its place', async () => {
    const { clock, say, said } = rig();
    const all = Promise.all([say(lan, "ok"), say(lan, "ok"), say(lan, "mai gặp nhé")]);
    await clock.advance(59_999);
    expect(said.map(({ text }) => text)).toEqual(["ok"]);
    await clock.advance(10_000);
    expect(said.map(({ text }) => text)).toEqual(["ok", "ok", "mai gặp nhé"]);
    expect((said[1]?.atMs ?? 0) - (said[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(60_000);
    expect((await all).flat().map(({ kind }) => kind)).toEqual(["sent", "sent", "sent"]);
  });

  test("other conversations do not wait for it, and the same text there is no repetition", async () => {
    const { clock, say, said } = rig();
    void say(lan, "ok");
    void say(lan, "ok");
    void say(huy, "ok");
    await clock.advance(5_000);
    expect(said.map(({ thread }) => thread)).toEqual([lan, huy]);
  });

  test("a proactive one is late on purpose, not expired", async () => {
    const { clock, say, texts } = rig();
    const first = say(lan, "nhắc uống thuốc 💊", { kind: "proactive" });
    const second = say(lan, "nhắc uống thuốc 💊", { kind: "proactive" });
    const third = say(lan, "nhắc uống thuốc 💊", { kind: "proactive" });
    await clock.advance(180_000);
    expect((await Promise.all([first, second, third])).flat().map(({ kind }) => kind)).toEqual([
      "sent",
      "sent",
      "sent",
    ]);
    expect(texts()).toHaveLength(3);
  });

  test("what was never said, and what proved not to be, may be said at once", async () => {
    const { clock, queue, say, texts } = rig();
    void say(lan, "ok", { outcome: unsent });
    void say(lan, "ok");
    await clock.advance(5_000);
    expect(texts()).toEqual(["ok", "ok"]);
    void say(lan, "ok");
    await clock.advance(1_000);
    queue.neverSaid(lan, "ok");
    await clock.advance(1_000);
    expect(texts()).toHaveLength(3);
  });

  test("a hold that ends between two looks at the clock leaves nobody asleep", async () => {
    for (let looks = 0; looks < 12; looks += 1) {
      const ticking = fakeClock();
      /** So many looks at the clock from now on it moves by a millisecond. */
      let untilTick = Number.POSITIVE_INFINITY;
      let extraMs = 0;
      const now = () => {
        if (untilTick === 0) extraMs += 1;
        untilTick -= 1;
        return ticking.now() + extraMs;
      };
      const clock: Clock = { now, setTimeout: (run, delayMs) => ticking.setTimeout(run, delayMs) };
      const queue = createSendQueue({ accountId: "trợ-lý", clock, random: () => 0 });
      let said = 0;
      const task = async () => {
        said += 1;
        return sent;
      };
      const say = () => queue.enqueue({ threadKey: lan, kind: "reply", repeatKeys: ["ok"], tasks: [task] });
      void say();
      await ticking.advance(59_999);
      untilTick = looks;
      // One more send makes the queue look at the clock again.
      void say();
      await ticking.advance(1_000);
      expect(said, `the clock moved at look ${looks}`).toBe(2);
    }
  });

  test("a text behind a held one, free again before it, waits without looking at the clock all the time", async () => {
    const idle = fakeClock();
    let timers = 0;
    const clock: Clock = {
      now: () => idle.now(),
      setTimeout(run, delayMs) {
        timers += 1;
        // A wait of no time would stand the fake clock still for good, and burn a processor on a real one.
        if (timers > 100) throw new Error(`${timers} timers`);
        return idle.setTimeout(run, delayMs);
      },
    };
    const queue = createSendQueue({ accountId: "trợ-lý", clock, random: () => 0 });
    const said: string[] = [];
    const say = (text: string) => {
      const task = async () => {
        said.push(text);
        return sent;
      };
      return queue.enqueue({ threadKey: lan, kind: "reply", repeatKeys: [text], tasks: [task] });
    };
    for (const text of ["dạ", "ok"]) {
      void say(text);
      await idle.advance(20_000);
    }
    const last = [say("ok"), say("dạ")];
    await idle.advance(60_000);
    expect(said).toEqual(["dạ", "ok", "ok", "dạ"]);
    expect((await Promise.all(last)).flat().map(({ kind }) => kind)).toEqual(["sent", "sent"]);
    expect(timers).toBeLessThan(20);
  });

  test("over any traffic nothing is swallowed, no text repeats within a minute and each conversation keeps its order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            thread: fc.constantFrom(lan, huy, "group:7044519283300761122"),
            text: fc.constantFrom("ok", "dạ", "vâng 🙂"),
            pauseMs: fc.integer({ min: 0, max: 90_000 }),
          }),
          { maxLength: 20 },
        ),
        async (messages) => {
          const { clock, say, said } = rig();
          const outcomes: Promise<readonly SendOutcome[]>[] = [];
          for (const { thread, text, pauseMs } of messages) {
            outcomes.push(say(thread, text));
            await clock.advance(pauseMs);
          }
          await clock.advance(messages.length * 70_000);
          expect((await Promise.all(outcomes)).flat().every(({ kind }) => kind === "sent")).toBe(true);
          for (const thread of new Set(messages.map((message) => message.thread))) {
            const here = said.filter((one) => one.thread === thread);
            expect(here.map(({ text }) => text)).toEqual(
              messages.filter((message) => message.thread === thread).map(({ text }) => text),
            );
            for (const [index, { text, atMs }] of here.entries()) {
              const before = here.slice(0, index).findLast((one) => one.text === text);
              if (before !== undefined) expect(atMs - before.atMs).toBeGreaterThanOrEqual(60_000);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("an errand that is no send", () => {
  test("takes its turn in the queue, meets no send and counts as none", async () => {
    const { clock, queue, say, texts } = rig();
    void say(lan, "đầu tiên");
    let during: number | undefined;
    const read = runErrand(queue, lan, async () => {
      during = queue.snapshot().inFlightSinceMs;
      return "lịch sử";
    });
    void say(lan, "sau cùng");
    await clock.advance(10_000);
    await expect(read).resolves.toBe("lịch sử");
    expect(during).toBeDefined();
    expect(texts()).toEqual(["đầu tiên", "sau cùng"]);
    expect(queue.snapshot()).toMatchObject({ sent: 2, unsent: 0, unknown: 0 });
  });

  test("does not wait for a message that waits for its next try, and no two calls run at once", async () => {
    const { clock, queue } = rig();
    const calls: string[] = [];
    let running = 0;
    const call = async <T>(name: string, result: T): Promise<T> => {
      running += 1;
      expect(running, name).toBe(1);
      calls.push(`${name} ${clock.now()}`);
      await sleep(clock, 300, new AbortController().signal);
      running -= 1;
      return result;
    };
    const startMs = clock.now();
    const error = new ZalouserError("ZCA_NETWORK", "Không có mạng.");
    const answer = queue.enqueue({
      threadKey: lan,
      kind: "reply",
      persists: true,
      tasks: [() => call("gửi", calls.length === 0 ? { kind: "unsent", error } : { kind: "sent", messageIds: ["1"] })],
    });
    const later = queue.enqueue({
      threadKey: huy,
      kind: "reply",
      tasks: [() => call("sau", { kind: "sent", messageIds: ["2"] })],
    });
    const reads = ["catch-up", huy].map((thread) => runErrand(queue, thread, () => call(`đọc ${thread}`, "lịch sử")));
    await clock.advance(30_000);
    expect(await Promise.all([answer, later, ...reads])).toMatchObject([
      [{ kind: "sent" }],
      [{ kind: "sent" }],
      "lịch sử",
      "lịch sử",
    ]);
    // What reads Huy's conversation stands behind a message to Huy.
    expect(calls.map((each) => each.replace(/ \d+$/u, ""))).toEqual([
      "gửi",
      "đọc catch-up",
      "gửi",
      "sau",
      `đọc ${huy}`,
    ]);
    expect(Number(calls[1]?.split(" ").at(-1)) - startMs).toBeLessThan(5000);
  });

  test("that comes while such a message waits, or runs when the gateway stops, ends in its time", async () => {
    const { clock, queue } = rig();
    const error = new ZalouserError("ZCA_NETWORK", "Không có mạng.");
    const answer = queue.enqueue({
      threadKey: lan,
      kind: "reply",
      persists: true,
      tasks: [async () => ({ kind: "unsent", error })],
    });
    await clock.advance(7_000);
    const read = runErrand(queue, "catch-up", async () => "lịch sử");
    await clock.advance(4_000);
    expect(await read).toBe("lịch sử");
    const hanging = runErrand(queue, "catch-up", (signal) => sleep(clock, 600_000, signal));
    await clock.advance(4_000);
    expect(queue.snapshot().inFlightSinceMs).toBeDefined();
    const closed = queue.close();
    await clock.advance(3_000);
    await Promise.all([closed, hanging]);
    expect((await answer).map(({ kind }) => kind)).toEqual(["unsent"]);
  });

  test("taken back or turned away it counts as no message either", async () => {
    const { clock, queue, say } = rig();
    const leave = new AbortController();
    const idle = async () => "muộn";
    void say(lan, "đầu tiên");
    const reads = [runErrand(queue, lan, idle, leave.signal), runErrand(queue, lan, idle, AbortSignal.abort())];
    leave.abort();
    await queue.close();
    reads.push(runErrand(queue, lan, idle));
    expect(await Promise.all(reads)).toEqual([undefined, undefined, undefined]);
    await clock.advance(1_000);
    expect(queue.snapshot()).toMatchObject({ sent: 1, unsent: 0, unknown: 0 });
  });

  test("hands on what fails, and ends with the gateway", async () => {
    const { clock, queue } = rig();
    const failing = runErrand(queue, lan, async () => {
      throw new Error("fetch failed");
    });
    const failure = expect(failing).rejects.toThrow("fetch failed");
    await clock.advance(100);
    await failure;
    await queue.close();
    await expect(runErrand(queue, lan, async () => "muộn")).resolves.toBeUndefined();
  });
});
