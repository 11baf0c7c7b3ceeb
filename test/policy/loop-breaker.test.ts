import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLoopBreaker, defaultLoopBreaker, reactionMs, type LoopBreaker } from "../../src/policy/loop-breaker.ts";

const group = "group:7044519283300761122";
const bot = "8891200345671123490";
const second = 1000;
const hourMs = 3_600_000;

/** Answers at `everyMs`, each followed by a message of `senderId` after `gapMs`; gives what became of each message. */
function talk(
  breaker: LoopBreaker,
  options: { rounds: number; everyMs: number; gapMs: number; senderId?: string; withinMs?: number; fromMs?: number },
): boolean[] {
  const { rounds, everyMs, gapMs, senderId = bot, withinMs = 10 * second, fromMs = 1_000_000 } = options;
  return Array.from({ length: rounds }, (_, round) => {
    const answeredMs = fromMs + round * everyMs;
    breaker.answered(group, answeredMs);
    return breaker.heard({ conversation: group, senderId, atMs: answeredMs + gapMs, withinMs }).silent;
  });
}

describe("two bots that answer each other", () => {
  test("are cut off at the fifth exchange within a minute", () => {
    expect(talk(createLoopBreaker(), { rounds: 7, everyMs: 8 * second, gapMs: 2 * second })).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  test.each([
    {
      name: "6 s ours, 10.5 s theirs, addressed in a group",
      replyMs: 6_000,
      theirsMs: 10_500,
      withinMs: reactionMs(true, 200),
      within: 120,
    },
    {
      name: "short texts in a direct message, at once",
      replyMs: 1_500,
      theirsMs: 1_000,
      withinMs: reactionMs(false, 39),
      within: 40,
    },
    { name: "half a minute each", replyMs: 29_000, theirsMs: 30_000, withinMs: reactionMs(false, 300), within: 120 },
    { name: "two minutes each", replyMs: 120_000, theirsMs: 120_000, withinMs: reactionMs(false, 300), within: 120 },
  ])("are cut off however slow they are: $name", ({ replyMs, theirsMs, withinMs, within }) => {
    const breaker = createLoopBreaker();
    let nowMs = 1_000_000;
    let exchanges = 0;
    for (let silent = false; !silent && nowMs < 24 * hourMs;) {
      nowMs += replyMs;
      breaker.answered(group, nowMs);
      nowMs += theirsMs;
      exchanges += 1;
      ({ silent } = breaker.heard({ conversation: group, senderId: bot, atMs: nowMs, withinMs }));
    }
    expect(exchanges).toBe(within);
  });

  test("are told about once, with the end of the silence", () => {
    const breaker = createLoopBreaker();
    talk(breaker, { rounds: 4, everyMs: 5 * second, gapMs: second });
    breaker.answered(group, 1_030_000);
    const message = { conversation: group, senderId: bot, atMs: 1_031_000, withinMs: 10 * second };
    expect(breaker.heard(message)).toEqual({ silent: true, began: { untilMs: 1_151_000 } });
    expect(breaker.heard({ ...message, atMs: 1_032_000 })).toEqual({ silent: true });
    expect(breaker.heard({ ...message, atMs: 1_151_000 })).toEqual({ silent: false });
  });

  test("get fewer answers each time, not a thousand a day: a patient bot that begins anew after every silence", () => {
    const breaker = createLoopBreaker();
    const answersOfDay: number[] = [];
    for (let [nowMs, day] = [1_000_000, 0]; day < 3; day += 1) {
      let answers = 0;
      const endMs = nowMs + 24 * hourMs;
      while (nowMs < endMs) {
        breaker.answered(group, nowMs);
        nowMs += 20 * second;
        answers += 1;
        const { began } = breaker.heard({ conversation: group, senderId: bot, atMs: nowMs, withinMs: 0 });
        if (began !== undefined) nowMs = began.untilMs;
      }
      answersOfDay.push(answers);
    }
    expect(answersOfDay[0]).toBeLessThan(350);
    expect(answersOfDay[1]).toBeLessThan(60);
    expect(answersOfDay[2]).toBeLessThan(60);
  });

  test("are named, with the end of their silence, for as long as it lasts", () => {
    const breaker = createLoopBreaker();
    talk(breaker, { rounds: 5, everyMs: 5 * second, gapMs: second });
    expect(breaker.silenced(1_022_000)).toEqual([{ conversation: group, senderId: bot, untilMs: 1_141_000 }]);
    expect(breaker.silenced(1_141_000)).toEqual([]);
  });

  test("are silent twice as long each time it begins anew, up to six hours, and as briefly as at first after a day without", () => {
    const breaker = createLoopBreaker();
    const silences: number[] = [];
    let nowMs = 1_000_000;
    for (let again = 0; again < 11; again += 1) {
      // The last one comes a day after the one before.
      if (again === 10) nowMs += 24 * hourMs;
      let untilMs: number | undefined;
      while (untilMs === undefined) {
        breaker.answered(group, nowMs);
        nowMs += second;
        untilMs = breaker.heard({ conversation: group, senderId: bot, atMs: nowMs, withinMs: 2 * second }).began
          ?.untilMs;
      }
      silences.push((untilMs - nowMs) / 60_000);
      nowMs = untilMs;
    }
    expect(silences).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 2]);
  });

  test("do not silence anybody else in the group", () => {
    const breaker = createLoopBreaker();
    talk(breaker, { rounds: 6, everyMs: 5 * second, gapMs: second });
    const person = { conversation: group, senderId: "5120034498771203345", atMs: 1_027_000, withinMs: 10 * second };
    expect(breaker.heard(person)).toEqual({ silent: false });
  });
});

describe("people", () => {
  test("who spend an evening of a hundred messages with it, short ones, one every 15 seconds or slower, are never cut off", () => {
    const evenings = fc.array(fc.integer({ min: 15_000, max: 180_000 }), { minLength: 100, maxLength: 100 });
    const people = ["5120034498771203345", "8891200345671123491"];
    fc.assert(
      fc.property(fc.array(evenings, { minLength: 2, maxLength: 2 }), (both) => {
        const breaker = createLoopBreaker();
        for (const [index, evening] of both.entries()) {
          const conversation = `user:${people[index]}`;
          let nowMs = 1_000_000;
          for (const gapMs of evening) {
            breaker.answered(conversation, nowMs);
            nowMs += gapMs;
            const heard = { conversation, senderId: people[index] ?? "", atMs: nowMs, withinMs: reactionMs(false, 30) };
            expect(breaker.heard(heard).silent).toBe(false);
          }
        }
      }),
    );
  });

  test("who take longer than a machine and pause now and then are never cut off", () => {
    const breaker = createLoopBreaker();
    // Two hours and a half without five minutes of rest would be another matter.
    for (let sitting = 0; sitting < 20; sitting += 1) {
      const fromMs = 1_000_000 + sitting * 800 * second;
      const patient = { rounds: 39, everyMs: 12 * second, gapMs: 10 * second + 1, fromMs };
      expect(talk(breaker, patient)).not.toContain(true);
    }
  });

  test("who chat for an hour with a pause of a minute every now and then, and of five once, are never cut off", () => {
    const breaker = createLoopBreaker();
    const chat = fc.sample(fc.array(fc.integer({ min: 11, max: 50 }), { minLength: 200, maxLength: 200 }), 1)[0] ?? [];
    let nowMs = 1_000_000;
    for (const [index, seconds] of chat.entries()) {
      breaker.answered(group, nowMs);
      nowMs += index % 100 === 99 ? 300 * second : index % 30 === 29 ? 60 * second : seconds * second;
      expect(breaker.heard({ conversation: group, senderId: bot, atMs: nowMs, withinMs: 10 * second }).silent).toBe(
        false,
      );
    }
  });

  test("who write several lines after one answer make one exchange of them", () => {
    const breaker = createLoopBreaker();
    breaker.answered(group, 1_000_000);
    const lines = Array.from({ length: 20 }, (_, index) =>
      breaker.heard({ conversation: group, senderId: bot, atMs: 1_000_500 + index, withinMs: 10 * second }),
    );
    expect(lines).not.toContainEqual(expect.objectContaining({ silent: true }));
  });

  test("who wrote before our answer left are not taken for reacting to it, however late they are handled", () => {
    const breaker = createLoopBreaker();
    const queued = Array.from({ length: 10 }, (_, index) => {
      breaker.answered(group, 1_010_000 + index * second);
      return breaker.heard({ conversation: group, senderId: bot, atMs: 1_000_000 + index, withinMs: 10 * second });
    });
    expect(queued).not.toContainEqual(expect.objectContaining({ silent: true }));
  });

  test("who were never answered are never cut off", () => {
    const breaker = createLoopBreaker();
    for (let index = 0; index < 100; index += 1) {
      expect(breaker.heard({ conversation: group, senderId: bot, atMs: index, withinMs: 10 * second })).toEqual({
        silent: false,
      });
    }
  });

  test("may write a short message at once and a long one as fast as it can be typed", () => {
    expect(reactionMs(true, 5)).toBe(10_000);
    expect(reactionMs(false, 40)).toBe(0);
    // Three hundred characters after ten seconds were not typed.
    expect(reactionMs(false, 300)).toBeGreaterThan(10_000);
    expect(reactionMs(false, 1_000_000)).toBe(20_000);
  });
});

interface Said {
  readonly conversation: string;
  readonly senderId: string;
  readonly atMs: number;
  readonly answerMs: number;
}

/** Whether the last ten answers each had a message of that sender after it, never five minutes apart. */
function isTireless(heard: readonly Said[], conversation: string, senderId: string): boolean {
  const mine = heard.filter((said) => said.conversation === conversation && said.senderId === senderId);
  const first = mine.filter(({ answerMs }, index) => answerMs !== mine[index - 1]?.answerMs);
  const last = first.slice(-10);
  return last.length === 10 && last.every(({ atMs }, index) => atMs - (last[index - 1]?.atMs ?? atMs) < 300_000);
}

describe("whatever is said", () => {
  const event = fc.record({
    afterMs: fc.nat({ max: 40_000 }),
    answer: fc.boolean(),
    conversation: fc.constantFrom("group:1", "group:2", "user:3"),
    senderId: fc.constantFrom("a", "b", "c"),
    withinMs: fc.constantFrom(3000, 10_000, 20_000),
  });

  test("nobody is cut off without five reactions to five answers within a minute, or many answered ones without a pause", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        const breaker = createLoopBreaker();
        const answers: { conversation: string; atMs: number }[] = [];
        const reactions: { conversation: string; senderId: string; atMs: number; answerMs: number }[] = [];
        const heard: Said[] = [];
        let nowMs = 1;
        for (const { afterMs, answer, conversation, senderId, withinMs } of events) {
          nowMs += afterMs;
          if (answer) {
            answers.push({ conversation, atMs: nowMs });
            breaker.answered(conversation, nowMs);
            continue;
          }
          const last = answers.findLast((entry) => entry.conversation === conversation);
          if (last !== undefined) heard.push({ conversation, senderId, atMs: nowMs, answerMs: last.atMs });
          if (last !== undefined && nowMs - last.atMs <= withinMs)
            reactions.push({ conversation, senderId, atMs: nowMs, answerMs: last.atMs });
          const { began } = breaker.heard({ conversation, senderId, atMs: nowMs, withinMs });
          if (began === undefined) continue;
          if (isTireless(heard, conversation, senderId)) continue;
          const counted = reactions.filter(
            (entry) =>
              entry.conversation === conversation && entry.senderId === senderId && nowMs - entry.atMs < 60_000,
          );
          expect(new Set(counted.map(({ answerMs }) => answerMs)).size).toBeGreaterThanOrEqual(5);
          expect(began.untilMs).toBeGreaterThan(nowMs);
        }
      }),
    );
  });

  test("a silence ends by itself within six hours", () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 200 }), (events) => {
        const breaker = createLoopBreaker();
        let nowMs = 1;
        for (const { afterMs, conversation, senderId } of events) {
          nowMs += afterMs;
          breaker.answered(conversation, nowMs);
          breaker.heard({ conversation, senderId, atMs: nowMs, withinMs: 3000 });
        }
        const later = nowMs + defaultLoopBreaker.longestSilenceMs;
        for (const conversation of ["group:1", "group:2", "user:3"]) {
          for (const senderId of ["a", "b", "c"]) {
            expect(breaker.heard({ conversation, senderId, atMs: later, withinMs: 3000 }).silent).toBe(false);
          }
        }
      }),
    );
  });

  test("a flood of conversations and senders is forgotten, the oldest first", () => {
    const breaker = createLoopBreaker({ ...defaultLoopBreaker, maxConversations: 10, maxSenders: 3 });
    talk(breaker, { rounds: 5, everyMs: second, gapMs: 1 });
    const loop = { conversation: group, senderId: bot, atMs: 1_010_000, withinMs: second };
    expect(breaker.heard(loop).silent).toBe(true);
    for (const stranger of ["x", "y", "z"]) breaker.heard({ ...loop, senderId: stranger });
    expect(breaker.heard(loop).silent).toBe(false);
    for (let index = 0; index < 10; index += 1) breaker.answered(`user:${index}`, 1_010_000);
    expect(talk(breaker, { rounds: 4, everyMs: second, gapMs: 1 })).not.toContain(true);
  });
});
