import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ErrorCode, ZalouserError } from "../../../src/errors.ts";
import type { SendOutcome } from "../../../src/zca/send/outcome.ts";
import { createSendQueue, type SendQueue, type SendQueueOptions } from "../../../src/zca/send/send-queue.ts";
import type { SendKind } from "../../../src/zca/send/send-order.ts";
import type { SendTask } from "../../../src/zca/send/send-run.ts";
import { fakeClock, settle, type FakeClock } from "../../fakes/clock.ts";

interface Call {
  readonly name: string;
  readonly startMs: number;
  endMs: number | undefined;
}

interface Rig {
  readonly clock: FakeClock;
  readonly queue: SendQueue;
  readonly calls: Call[];
  /** A call that takes `durationMs` and ends as told. */
  task(
    name: string,
    options?: { durationMs?: number; outcome?: SendOutcome; deaf?: boolean },
  ): (signal: AbortSignal) => Promise<SendOutcome>;
  send(threadKey: string, names: string | string[], kind?: SendKind): Promise<readonly SendOutcome[]>;
}

const sent: SendOutcome = { kind: "sent", messageIds: ["7654321000001"] };
const rateLimited: SendOutcome = {
  kind: "unsent",
  error: new ZalouserError("ZCA_RATE_LIMITED", "Zalo answered: Vượt quá số request cho phép."),
};

const refusedWith = (code: ErrorCode): SendOutcome => ({
  kind: "unsent",
  error: new ZalouserError(code, "Không gửi được."),
});

function rig(options: Partial<SendQueueOptions> = {}): Rig {
  const clock = fakeClock();
  const calls: Call[] = [];
  const queue = createSendQueue({ accountId: "trợ-lý", clock, random: () => 0.5, ...options });
  const task: Rig["task"] = (name, { durationMs = 300, outcome = sent, deaf = false } = {}) => {
    return (signal) => {
      const call: Call = { name, startMs: clock.now(), endMs: undefined };
      calls.push(call);
      return new Promise((resolve) => {
        const end = (result: SendOutcome) => {
          call.endMs = clock.now();
          resolve(result);
        };
        const cancel = clock.setTimeout(() => end(outcome), durationMs);
        if (deaf) return;
        signal.addEventListener("abort", () => {
          cancel();
          end({ kind: "unknown", error: new ZalouserError("SEND_UNCONFIRMED", "The call was ended.") });
        });
      });
    };
  };
  return {
    clock,
    queue,
    calls,
    task,
    send: (threadKey, names, kind = "reply") =>
      queue.enqueue({ threadKey, kind, tasks: [names].flat().map((name) => task(name)) }),
  };
}

/** Behaves like each of the tasks once, the last one from then on. */
function inTurn(...tasks: readonly SendTask[]): SendTask {
  let next = 0;
  return (signal) => {
    const task = tasks[Math.min(next, tasks.length - 1)];
    next += 1;
    if (task === undefined) throw new Error("No task was given.");
    return task(signal);
  };
}

const names = ({ calls }: Rig) => calls.map(({ name }) => name);
const codeOf = (outcome: SendOutcome | undefined) =>
  outcome && outcome.kind !== "sent" ? outcome.error.code : undefined;

describe("pace", () => {
  test("keeps 1 to 1.5 s between two calls to one conversation and 1.5 to 3 s to another, jittered", async () => {
    const seen: number[] = [];
    for (const roll of [0, 0.25, 0.5, 0.999]) {
      const r = rig({ random: () => roll });
      void r.send("user:1", ["một", "hai"]);
      void r.send("user:2", "ba");
      await r.clock.advance(20_000);
      const [same, other] = r.queue.snapshot().lastGapsMs;
      expect(same).toBeGreaterThanOrEqual(1_000);
      expect(same).toBeLessThanOrEqual(1_500);
      expect(other).toBeGreaterThanOrEqual(1_500);
      expect(other).toBeLessThanOrEqual(3_000);
      seen.push(same ?? 0);
    }
    expect(new Set(seen).size).toBe(4);
  });

  test("the first call starts at once", async () => {
    const r = rig();
    const begunMs = r.clock.now();
    void r.send("user:1", "chào");
    await settle();
    expect(r.calls[0]?.startMs).toBe(begunMs);
    expect(r.queue.snapshot().inFlightSinceMs).toBe(begunMs);
  });

  test("never starts more calls in any 60 s than the budget allows", async () => {
    const r = rig({ pacing: { perMinute: 7, sameConversationMs: 500, otherConversationMs: 500 } });
    for (let index = 0; index < 40; index += 1) void r.send(`user:${index % 3}`, `tin ${index}`);
    await r.clock.advance(10 * 60_000);
    expect(r.calls).toHaveLength(40);
    for (const { startMs } of r.calls) {
      const within = r.calls.filter((call) => call.startMs >= startMs && call.startMs <= startMs + 60_000);
      expect(within.length).toBeLessThanOrEqual(7);
    }
  });

  test("rests five minutes after a rate error, longer each time, thirty at most, and less again once a message went through", async () => {
    const r = rig();
    const rests: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const outcome = r.queue.enqueue({
        threadKey: "user:1",
        kind: "reply",
        tasks: [r.task("quá nhanh", { outcome: rateLimited, durationMs: 0 })],
      });
      await r.clock.advance(31 * 60_000);
      expect(codeOf((await outcome)[0])).toBe("ZCA_RATE_LIMITED");
    }
    for (let index = 1; index < 5; index += 1)
      rests.push((r.calls[index]?.startMs ?? 0) - (r.calls[index - 1]?.startMs ?? 0));
    expect(rests.every((rest) => rest >= 5 * 60_000)).toBe(true);
    await r.clock.advance(31 * 60_000);
    void r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("nữa", { outcome: rateLimited, durationMs: 0 })],
    });
    await r.clock.advance(0);
    expect((r.queue.snapshot().cooldownUntilMs ?? 0) - r.clock.now()).toBe(30 * 60_000);
    await r.clock.advance(30 * 60_000);
    void r.send("user:1", "được rồi");
    await r.clock.advance(5_000);
    void r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("lại nhanh", { outcome: rateLimited, durationMs: 0 })],
    });
    await r.clock.advance(1);
    expect((r.queue.snapshot().cooldownUntilMs ?? 0) - r.clock.now()).toBeLessThanOrEqual(5 * 60_000);
  });

  test("a changed pace holds from the next call on", async () => {
    const r = rig();
    void r.send("user:1", ["một", "hai"]);
    await r.clock.advance(300);
    r.queue.setPacing({ sameConversationMs: 10_000 });
    await r.clock.advance(60_000);
    expect(r.queue.snapshot().lastGapsMs[0]).toBeGreaterThanOrEqual(1_000);
    void r.send("user:1", "ba");
    await r.clock.advance(60_000);
    void r.send("user:1", ["bốn", "năm"]);
    await r.clock.advance(60_000);
    expect(r.queue.snapshot().lastGapsMs.at(-1)).toBeGreaterThanOrEqual(10_000);
  });
});

describe("order", () => {
  test("answers overtake proactive messages of other conversations, and both overtake typing", async () => {
    const r = rig();
    void r.send("user:1", "đầu tiên");
    void r.send("user:9", "đang gõ", "typing");
    void r.send("user:2", "nhắc việc", "proactive");
    void r.send("user:3", "trả lời");
    await r.clock.advance(30_000);
    expect(names(r).slice(0, 3)).toEqual(["đầu tiên", "trả lời", "nhắc việc"]);
  });

  test("an answer that comes while the pause of a proactive message runs still goes first", async () => {
    const r = rig();
    void r.send("user:1", "đầu tiên");
    void r.send("user:2", "nhắc việc", "proactive");
    await r.clock.advance(1_500);
    void r.send("user:3", "trả lời");
    await r.clock.advance(30_000);
    expect(names(r)).toEqual(["đầu tiên", "trả lời", "nhắc việc"]);
  });

  test("within a conversation nothing is overtaken: the earlier message is carried along", async () => {
    const r = rig();
    void r.send("user:1", "đầu tiên");
    void r.send("user:2", "khác", "proactive");
    void r.send("user:3", "nhắc việc", "proactive");
    void r.send("user:3", "trả lời");
    await r.clock.advance(30_000);
    expect(names(r)).toEqual(["đầu tiên", "nhắc việc", "trả lời", "khác"]);
  });

  test("the parts of one answer stay together", async () => {
    const r = rig();
    void r.send("user:1", ["1/3", "2/3", "3/3"]);
    await r.clock.advance(500);
    void r.send("user:2", "xen vào");
    await r.clock.advance(30_000);
    expect(names(r)).toEqual(["1/3", "2/3", "3/3", "xen vào"]);
  });

  test("typing is dropped when the answer of its conversation comes", async () => {
    const r = rig();
    void r.send("user:1", "đầu tiên");
    const typing = r.send("user:2", "đang gõ", "typing");
    void r.send("user:2", "trả lời");
    await r.clock.advance(30_000);
    expect(codeOf((await typing)[0])).toBe("SEND_EXPIRED");
    expect(names(r)).toEqual(["đầu tiên", "trả lời"]);
  });

  test("over any interleaving no two calls overlap, conversations keep their order and every send is answered", async () => {
    const request = fc.record({
      thread: fc.integer({ min: 0, max: 3 }),
      kind: fc.constantFrom<SendKind>("reply", "proactive"),
      parts: fc.integer({ min: 1, max: 3 }),
      durationMs: fc.integer({ min: 0, max: 4_000 }),
      waitMs: fc.integer({ min: 0, max: 5_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { maxLength: 15 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (requests, roll) => {
          const r = rig({ random: () => roll, proactiveWaitMs: 60 * 60_000 });
          const promised = new Map<number, string[]>();
          const answers: Promise<readonly SendOutcome[]>[] = [];
          for (const [index, { thread, kind, parts, durationMs, waitMs }] of requests.entries()) {
            const labels = Array.from({ length: parts }, (_, part) => `${thread}/${index}/${part}`);
            promised.set(thread, [...(promised.get(thread) ?? []), ...labels]);
            answers.push(
              r.queue.enqueue({
                threadKey: `user:${thread}`,
                kind,
                tasks: labels.map((label) => r.task(label, { durationMs })),
              }),
            );
            await r.clock.advance(waitMs);
          }
          await r.clock.advance(60 * 60_000);
          const outcomes = await Promise.all(answers);
          expect(outcomes.flat().every(({ kind }) => kind === "sent")).toBe(true);
          for (const [index, call] of r.calls.entries()) {
            const next = r.calls[index + 1];
            if (next) expect(next.startMs).toBeGreaterThanOrEqual((call.endMs ?? Number.POSITIVE_INFINITY) + 1_000);
          }
          for (const [thread, labels] of promised) {
            expect(names(r).filter((name) => name.startsWith(`${thread}/`))).toEqual(labels);
          }
          for (const { startMs } of r.calls) {
            expect(
              r.calls.filter((call) => call.startMs >= startMs && call.startMs <= startMs + 60_000).length,
            ).toBeLessThanOrEqual(20);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("what is not sent", () => {
  test("stops after the first part that was not sent", async () => {
    const r = rig();
    const unknown: SendOutcome = { kind: "unknown", error: new ZalouserError("SEND_UNCONFIRMED", "No id came back.") };
    const outcome = r.queue.enqueue({
      threadKey: "group:1",
      kind: "reply",
      tasks: [r.task("1"), r.task("2", { outcome: unknown }), r.task("3")],
    });
    await r.clock.advance(30_000);
    expect((await outcome).map(({ kind }) => kind)).toEqual(["sent", "unknown"]);
    expect(names(r)).toEqual(["1", "2"]);
    expect(r.queue.snapshot()).toMatchObject({ sent: 1, unknown: 1, unsent: 0, depth: 0 });
  });

  test.each<[ErrorCode, number]>([
    ["ZCA_RATE_LIMITED", 5 * 60_000],
    ["ZCA_BUSY", 1_000],
    ["ZCA_NETWORK", 1_000],
  ])("a later part refused with %s is tried again after a rest, and the rest follows", async (code, restMs) => {
    const r = rig();
    const outcome = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("1/3"), inTurn(r.task("2/3", { outcome: refusedWith(code) }), r.task("2/3")), r.task("3/3")],
    });
    await r.clock.advance(20 * 60_000);
    expect((await outcome).map(({ kind }) => kind)).toEqual(["sent", "sent", "sent"]);
    expect(names(r)).toEqual(["1/3", "2/3", "2/3", "3/3"]);
    expect((r.calls[2]?.startMs ?? 0) - (r.calls[1]?.endMs ?? 0)).toBeGreaterThanOrEqual(restMs);
    expect(r.queue.snapshot()).toMatchObject({ sent: 3, unsent: 0 });
  });

  test("a later part is tried three times at most, then the rest stays behind", async () => {
    const r = rig();
    const outcome = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("1/3"), r.task("2/3", { outcome: rateLimited }), r.task("3/3")],
    });
    await r.clock.advance(2 * 60 * 60_000);
    expect((await outcome).map(codeOf)).toEqual([undefined, "ZCA_RATE_LIMITED"]);
    expect(names(r)).toEqual(["1/3", "2/3", "2/3", "2/3"]);
  });

  test.each<[string, SendOutcome]>([
    ["refused for good", { kind: "unsent", error: new ZalouserError("ZCA_BAD_TARGET", "Tham số không hợp lệ.") }],
    ["perhaps sent", { kind: "unknown", error: new ZalouserError("SEND_UNCONFIRMED", "Mất mạng.") }],
  ])("a later part that is %s is not tried again, nor is a first part", async (_case, outcome) => {
    const r = rig();
    const later = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("1/2"), r.task("2/2", { outcome })],
    });
    const first = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("một", { outcome: rateLimited })],
    });
    await r.clock.advance(60 * 60_000);
    expect((await later).map(({ kind }) => kind)).toEqual(["sent", outcome.kind]);
    expect((await first).map(codeOf)).toEqual(["ZCA_RATE_LIMITED"]);
    expect(names(r)).toEqual(["1/2", "2/2", "một"]);
  });

  test.each<[ErrorCode, number]>([
    ["ZCA_RATE_LIMITED", 5 * 60_000],
    ["ZCA_NETWORK", 5_000],
    ["SEND_NOT_CONNECTED", 5_000],
  ])("what persists is tried again after %s, before anything else of the profile", async (code, restMs) => {
    const r = rig();
    const answer = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      persists: true,
      tasks: [inTurn(r.task("một", { outcome: refusedWith(code) }), r.task("một"))],
    });
    void r.send("user:1", "hai");
    void r.send("user:2", "ba");
    await r.clock.advance(20 * 60_000);
    expect((await answer).map(({ kind }) => kind)).toEqual(["sent"]);
    expect(names(r)).toEqual(["một", "một", "hai", "ba"]);
    expect((r.calls[1]?.startMs ?? 0) - (r.calls[0]?.endMs ?? 0)).toBeGreaterThanOrEqual(restMs);
  });

  test.each<[ErrorCode, number]>([
    // Each rest is longer than the one before.
    ["ZCA_RATE_LIMITED", 3],
    ["ZCA_NETWORK", 5],
  ])("what persists is given back with %s after %i tries within a quarter of an hour", async (code, tries) => {
    const r = rig();
    const answer = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      persists: true,
      tasks: [r.task("một", { outcome: refusedWith(code) })],
    });
    let outcomes: readonly SendOutcome[] | undefined;
    void answer.then((result) => (outcomes = result));
    await r.clock.advance(16 * 60_000);
    expect(outcomes?.map(codeOf)).toEqual([code]);
    expect(names(r)).toHaveLength(tries);
  });

  test("what persists and nobody knows the end of is looked for, and not said again", async () => {
    const r = rig();
    let looks = 0;
    const lost = new ZalouserError("SEND_UNCONFIRMED", "Mất mạng.");
    const lookAgain = async (): Promise<SendOutcome> => {
      looks += 1;
      return looks === 3 ? { kind: "sent", messageIds: ["7654321"] } : open;
    };
    const open: SendOutcome = { kind: "unknown", error: lost, lookAgain };
    const enqueue = (persists: boolean) =>
      r.queue.enqueue({ threadKey: "user:1", kind: "reply", persists, tasks: [r.task("một", { outcome: open })] });
    const answer = enqueue(true);
    await r.clock.advance(10 * 60_000);
    expect((await answer).map(({ kind }) => kind)).toEqual(["sent"]);
    expect(looks).toBe(3);
    const other = enqueue(false);
    await r.clock.advance(10 * 60_000);
    expect((await other).map(({ kind }) => kind)).toEqual(["unknown"]);
    expect(looks).toBe(3);
    expect(names(r)).toEqual(["một", "một"]);
  });

  test("what persists is said again once a look has shown that it never arrived", async () => {
    const r = rig();
    const lookAgain = async () => refusedWith("ZCA_NETWORK");
    const open: SendOutcome = { kind: "unknown", error: new ZalouserError("SEND_UNCONFIRMED", "Mất mạng."), lookAgain };
    const answer = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      persists: true,
      tasks: [inTurn(r.task("một", { outcome: open }), r.task("một"))],
    });
    await r.clock.advance(10 * 60_000);
    expect((await answer).map(({ kind }) => kind)).toEqual(["sent"]);
    expect(names(r)).toEqual(["một", "một"]);
  });

  test.each(["close", "abort"])("%s ends the rest before another try at once", async (how) => {
    const r = rig();
    const controller = new AbortController();
    const outcome = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("1/2"), r.task("2/2", { outcome: rateLimited })],
      signal: controller.signal,
    });
    await r.clock.advance(10_000);
    if (how === "abort") controller.abort();
    else void r.queue.close();
    await settle();
    expect((await outcome).map(codeOf)).toEqual([undefined, "ZCA_RATE_LIMITED"]);
    expect(names(r)).toEqual(["1/2", "2/2"]);
    if (how === "close") expect(r.clock.pending).toBe(0);
  });

  test("a task that throws counts as unknown and the queue goes on", async () => {
    const r = rig();
    const broken = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [() => Promise.reject(new Error("bất ngờ"))],
    });
    const next = r.send("user:1", "sau đó");
    await r.clock.advance(10_000);
    expect(codeOf((await broken)[0])).toBe("SEND_UNCONFIRMED");
    expect((await next)[0]?.kind).toBe("sent");
  });

  test("refuses what does not fit any more, unsent", async () => {
    const r = rig({ maxWaiting: 3 });
    void r.send("user:1", "đang gửi");
    void r.send("user:1", ["a", "b"]);
    expect(codeOf((await r.send("user:1", ["c", "d"]))[0])).toBe("SEND_QUEUE_FULL");
    void r.send("user:1", "e");
    expect(codeOf((await r.send("user:1", "f"))[0])).toBe("SEND_QUEUE_FULL");
    expect(r.queue.snapshot().depth).toBe(3);
  });

  test('a proactive send refused during the rest after "too many" is told how long that lasts, not "a minute"', async () => {
    const rests: number[] = [];
    const r = rig({ onRest: (untilMs) => rests.push(untilMs) });
    void r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("quá nhanh", { outcome: rateLimited, durationMs: 0 })],
    });
    await r.clock.advance(0);
    expect(rests).toEqual([r.clock.now() + 5 * 60_000]);
    const proactive = r.send("user:3", "nhắc việc", "proactive");
    await r.clock.advance(60_000);
    const [outcome] = await proactive;
    expect(codeOf(outcome)).toBe("ZCA_RATE_LIMITED");
    expect(outcome?.kind === "unsent" && outcome.error.what).toContain(new Date(rests[0] ?? 0).toISOString());
  });

  test("a proactive send that cannot start within 60 s is refused, an answer is not", async () => {
    const r = rig({ pacing: { perMinute: 1 } });
    void r.send("user:1", "đầu tiên");
    const answer = r.send("user:2", "trả lời");
    const proactive = r.send("user:3", "nhắc việc", "proactive");
    await r.clock.advance(59_999);
    expect(r.queue.snapshot().depth).toBe(2);
    await r.clock.advance(1);
    expect(codeOf((await proactive)[0])).toBe("SEND_EXPIRED");
    await r.clock.advance(10_000);
    expect((await answer)[0]?.kind).toBe("sent");
    expect(names(r)).toEqual(["đầu tiên", "trả lời"]);
  });

  test("a cancelled send that waits is unsent; between parts the rest is", async () => {
    const r = rig();
    const controller = new AbortController();
    const first = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("1"), r.task("2")],
      signal: controller.signal,
    });
    const second = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("3")],
      signal: controller.signal,
    });
    await r.clock.advance(400);
    controller.abort();
    expect((await first).map(({ kind }) => kind)).toEqual(["sent", "unsent"]);
    expect(codeOf((await second)[0])).toBe("SEND_STOPPED");
    expect(names(r)).toEqual(["1"]);
    const later = r.send("user:1", "4");
    await r.clock.advance(5_000);
    expect((await later)[0]?.kind).toBe("sent");
  });

  test("a request without tasks and one with a fired signal call nothing", async () => {
    const r = rig();
    expect(await r.queue.enqueue({ threadKey: "user:1", kind: "reply", tasks: [] })).toEqual([]);
    const cancelled = await r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("1")],
      signal: AbortSignal.abort(),
    });
    expect(codeOf(cancelled[0])).toBe("SEND_STOPPED");
    expect(r.calls).toEqual([]);
  });
});

describe("closing", () => {
  test("what waits becomes unsent and the call in flight gets its grace", async () => {
    const r = rig();
    const inFlight = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("đang gửi", { durationMs: 2_000 }), r.task("phần sau")],
    });
    const waiting = r.send("user:2", "đang chờ");
    await r.clock.advance(1_000);
    const closed = r.queue.close();
    await r.clock.advance(1_500);
    await closed;
    expect((await inFlight).map(({ kind }) => kind)).toEqual(["sent", "unsent"]);
    expect(codeOf((await waiting)[0])).toBe("SEND_STOPPED");
    expect(codeOf((await r.send("user:1", "muộn"))[0])).toBe("SEND_STOPPED");
    expect(names(r)).toEqual(["đang gửi"]);
    expect(r.clock.pending).toBe(0);
  });

  test("a call that outlives the grace is ended and unknown", async () => {
    const slow = rig();
    const outcome = slow.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [slow.task("rất lâu", { durationMs: 60_000 })],
    });
    await settle();
    const closed = slow.queue.close({ graceMs: 3_000 });
    await slow.clock.advance(2_999);
    expect(slow.queue.snapshot().inFlightSinceMs).toBeDefined();
    await slow.clock.advance(1);
    await closed;
    expect((await outcome)[0]?.kind).toBe("unknown");
  });

  test("a call that has to be killed is waited for: it is gone before the host loses patience", async () => {
    const r = rig();
    const killed: SendOutcome = {
      kind: "unknown",
      error: new ZalouserError("SEND_UNCONFIRMED", "zca was ended by SIGKILL."),
    };
    const outcome = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [
        (signal) =>
          new Promise((resolve) => {
            signal.addEventListener("abort", () => r.clock.setTimeout(() => resolve(killed), 1_100));
          }),
      ],
    });
    await settle();
    let closed = false;
    void r.queue.close().then(() => (closed = true));
    await r.clock.advance(4_099);
    expect(closed).toBe(false);
    await r.clock.advance(1);
    expect(closed).toBe(true);
    expect(await outcome).toEqual([killed]);
  });

  test("a call that ignores its signal is given up as unknown before the host loses patience", async () => {
    const r = rig();
    const outcome = r.queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [r.task("điếc", { durationMs: 60_000, deaf: true })],
    });
    await settle();
    const begunMs = r.clock.now();
    let endedMs = 0;
    void r.queue.close().then(() => (endedMs = r.clock.now()));
    await r.clock.advance(5_000);
    expect(codeOf((await outcome)[0])).toBe("SEND_UNCONFIRMED");
    expect(endedMs - begunMs).toBeLessThan(5_000);
    expect(endedMs).toBeGreaterThan(0);
  });

  test("closing twice waits for the same end", async () => {
    const r = rig();
    await Promise.all([r.queue.close(), r.queue.close()]);
    expect(r.clock.pending).toBe(0);
  });
});
