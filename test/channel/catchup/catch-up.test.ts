import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CatchUpOptions } from "../../../src/channel/catchup/catch-up.ts";
import type { ReadBack } from "../../../src/channel/catchup/read-back.ts";
import { ZalouserError, type ErrorCode } from "../../../src/errors.ts";
import type { Candidate } from "../../../src/policy/index.ts";
import { settle } from "../../fakes/clock.ts";
import { catchUpRig, startMs } from "./rig.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
let folder: string;
let accounts = 0;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-catch-up-"));
  accounts += 1;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rig = (changes?: Partial<CatchUpOptions>) => catchUpRig(folder, `tài-khoản-${accounts}`, changes);

const failing = (code: ErrorCode) => async () => {
  throw new ZalouserError(code, "Không được.", { accountId: "tài-khoản" });
};

describe("reading back", () => {
  test("nothing is read at the very first start, whatever conversations there are", async () => {
    const account = rig();
    account.heard.set("user:1", startMs - minuteMs);
    await account.start();
    expect(account.asked).toEqual([]);
  });

  test("direct conversations come before the listener, groups after it is connected, both as one run", async () => {
    const account = rig();
    await account.start();
    account.speak("user:1");
    account.speak("group:2");
    await account.stop();
    await account.clock.advance(2 * minuteMs);
    let finish = (_back: Partial<ReadBack>) => {};
    account.answerWith(() => new Promise((resolve) => (finish = resolve)));
    await account.listen();
    expect(account.asked.map(({ lane }) => lane)).toEqual(["user:1"]);
    expect(account.starts()).toBe(1);
    finish({ found: 2 });
    await settle();
    expect(account.starts()).toBe(2);
    expect(account.asked).toHaveLength(1);
    account.answerWith(async () => ({ found: 1, contextOnly: 1 }));
    await account.connect();
    expect(account.asked.map(({ lane }) => lane)).toEqual(["user:1", "group:2"]);
    expect(account.logs.filter((line) => line.startsWith("read 2 conversation(s) back"))).toHaveLength(1);
    expect(account.counts()).toMatchObject({ read: 2, found: 3, contextOnly: 1, waiting: 0 });
  });

  test("the gap begins where the listener was last known to live, also after a kill of the gateway", async () => {
    const first = rig();
    await first.start();
    first.speak("user:1");
    await first.live(5 * minuteMs);
    const again = rig();
    again.heard.set("user:1", startMs);
    await again.clock.advance(hourMs);
    await again.listen();
    expect(again.asked).toMatchObject([{ lane: "user:1", sinceMs: startMs + 5 * minuteMs }]);
  });

  test("at most one run in ten minutes: what had to wait is read when its time comes", async () => {
    const account = rig();
    await account.start();
    account.speak("group:2");
    for (let fall = 0; fall < 4; fall += 1) {
      await account.die();
      await account.clock.advance(minuteMs);
      await account.start();
    }
    expect(account.asked).toHaveLength(1);
    expect(account.counts().waiting).toBe(1);
    await account.live(10 * minuteMs);
    expect(account.asked).toHaveLength(2);
    expect(account.counts().waiting).toBe(0);
  });

  test("a direct conversation that had to wait gets a pause of the listener, not twice in half an hour", async () => {
    const account = rig();
    await account.start();
    account.speak("user:1");
    for (let fall = 0; fall < 3; fall += 1) {
      await account.die();
      await account.clock.advance(2 * minuteMs);
      await account.start();
    }
    expect(account.asked).toHaveLength(1);
    expect(account.pauses()).toBe(0);
    await account.live(11 * minuteMs);
    expect(account.pauses()).toBe(1);
    await account.live(15 * minuteMs);
    expect(account.pauses()).toBe(1);
  });

  test("what is written between a reading and the end of its failed start is counted, and read once it listens", async () => {
    const account = rig();
    await account.start();
    account.speak("user:1");
    await account.die();
    await account.clock.advance(2 * minuteMs);
    await account.listen();
    expect(account.asked).toHaveLength(1);
    await account.clock.advance(5_000);
    await account.die();
    await account.clock.advance(15_000);
    await account.listen();
    await account.connect();
    expect(account.asked).toHaveLength(1);
    expect(account.counts().waiting).toBe(1);
    await account.live(10 * minuteMs);
    expect(account.pauses()).toBe(1);
    await account.stop();
    await account.start();
    expect(account.asked.map(({ sinceMs }) => sinceMs)).toEqual([startMs, startMs + 2 * minuteMs]);
    expect(account.counts().waiting).toBe(0);
  });

  test("the seconds before a connection are counted and left to the next renewal: they are worth no pause", async () => {
    const account = rig();
    await account.start();
    account.speak("user:1");
    await account.die();
    await account.clock.advance(2 * minuteMs);
    await account.listen();
    account.heard.set("user:1", account.clock.now());
    await account.clock.advance(4_000);
    await account.connect();
    expect(account.counts()).toMatchObject({ waiting: 1, moments: 1 });
    await account.live(30 * minuteMs);
    expect(account.pauses()).toBe(0);
    await account.stop();
    await account.start();
    expect(account.asked).toHaveLength(2);
    expect(account.counts().waiting).toBe(0);
  });

  test("a pause that was refused is asked for again", async () => {
    let refusals = 0;
    const account = rig({
      pauseFor: async () => {
        refusals += 1;
        return { kind: "refused" };
      },
    });
    await account.start();
    account.speak("user:1");
    for (let fall = 0; fall < 2; fall += 1) {
      await account.die();
      await account.clock.advance(2 * minuteMs);
      await account.start();
    }
    await account.live(30 * minuteMs);
    expect(refusals).toBeGreaterThan(1);
    expect(account.counts().waiting).toBe(1);
  });

  test("a call that hangs is broken off, and the listener starts within 15 s", async () => {
    const account = rig();
    await account.start();
    for (const lane of ["user:1", "user:2"]) account.speak(lane);
    await account.die();
    await account.clock.advance(2 * minuteMs);
    account.answerWith(() => new Promise(() => {}));
    await account.listen();
    await account.clock.advance(13_000);
    expect(account.starts()).toBe(1);
    await account.clock.advance(2_000);
    expect(account.starts()).toBe(2);
    expect(account.asked).toHaveLength(1);
    expect(account.counts()).toMatchObject({ failed: 1, waiting: 2 });
  });

  test("one that hung comes last the next time, so that it cannot starve the others", async () => {
    const account = rig();
    await account.start();
    account.speak("user:1");
    await account.clock.advance(1_000);
    account.speak("user:hỏng");
    await account.die();
    await account.clock.advance(2 * minuteMs);
    account.answerWith(() => new Promise(() => {}));
    await account.listen();
    await account.clock.advance(15_000);
    await account.connect();
    await account.live(20 * minuteMs);
    account.answerWith(async () => ({}));
    await account.stop();
    await account.start();
    expect(account.asked.map(({ lane }) => lane)).toEqual(["user:hỏng", "user:1", "user:hỏng"]);
  });

  test("a dead login ends the start without a second try of it", async () => {
    const account = rig();
    await account.start();
    for (const lane of ["user:1", "user:2"]) account.speak(lane);
    await account.die();
    await account.clock.advance(2 * minuteMs);
    account.answerWith(failing("ZCA_LOGIN_REFUSED"));
    await account.listen();
    await expect(account.exited()).resolves.toEqual({ kind: "login-refused", detail: "Không được." });
    expect(account.starts()).toBe(1);
    expect(account.asked).toHaveLength(1);
  });

  test("without a network nothing counts: the next start tries again at once", async () => {
    const account = rig();
    await account.start();
    account.speak("user:1");
    await account.die("network");
    await account.clock.advance(2 * minuteMs);
    account.answerWith(failing("ZCA_NETWORK"));
    await account.listen();
    expect(account.starts()).toBe(2);
    await account.die("network");
    account.answerWith(async () => ({ found: 1 }));
    await account.clock.advance(minuteMs);
    await account.start();
    expect(account.asked).toHaveLength(2);
    expect(account.counts()).toMatchObject({ read: 1, failed: 0, waiting: 0 });
  });

  test("holes are counted at once, taken back when the list comes whole, and tried three times", async () => {
    const account = rig();
    account.answerWith(async () => ({ completeness: "partial" }));
    await account.start();
    for (const lane of ["group:1", "group:2"]) account.speak(lane);
    await account.die();
    await account.clock.advance(2 * minuteMs);
    await account.start();
    expect(account.counts()).toMatchObject({ partial: 2, waiting: 2 });
    await account.live(10 * minuteMs);
    expect(account.asked).toHaveLength(4);
    account.answerWith(async () => ({
      completeness: account.asked.at(-1)?.lane === "group:1" ? "complete" : "partial",
    }));
    await account.live(10 * minuteMs);
    expect(account.counts()).toMatchObject({ partial: 1, waiting: 0 });
    await account.live(hourMs);
    expect(account.asked).toHaveLength(6);
    expect(account.logs.join()).toContain("may be missing");
  });

  test("an account that was kicked makes no login more than it must", async () => {
    let troubled = true;
    const account = rig({ inTrouble: () => troubled });
    await account.start();
    for (const lane of ["user:1", "group:2"]) account.speak(lane);
    await account.die("kicked");
    await account.clock.advance(2 * minuteMs);
    await account.start();
    expect(account.asked).toEqual([]);
    troubled = false;
    expect(account.counts().waiting).toBe(2);
    await account.live(12 * minuteMs);
    expect(account.pauses()).toBe(1);
    await account.stop();
    await account.start();
    expect(account.asked.map(({ lane }) => lane)).toEqual(["user:1", "group:2"]);
  });

  test("a machine that slept has its groups read when it wakes", async () => {
    const account = rig();
    await account.start();
    account.speak("group:2");
    await account.live(minuteMs);
    await account.clock.advance(5 * hourMs);
    await account.live(30_000);
    expect(account.asked).toMatchObject([{ lane: "group:2", sinceMs: startMs + minuteMs }]);
  });

  test("switched off it reads nothing, and a longer gap is counted", async () => {
    const account = rig({ rules: () => undefined });
    await account.start();
    account.speak("user:1");
    await account.stop();
    await account.clock.advance(2_000);
    await account.start();
    expect(account.counts().unread).toBe(0);
    await account.stop();
    await account.clock.advance(hourMs);
    await account.start();
    expect(account.asked).toEqual([]);
    expect(account.counts().unread).toBe(1);
  });

  test("closing ends a call and settles", async () => {
    const account = rig();
    await account.start();
    account.speak("group:2");
    await account.die();
    await account.clock.advance(2 * minuteMs);
    account.answerWith(() => new Promise(() => {}));
    await account.start();
    expect(account.asked).toHaveLength(1);
    await account.close();
    expect(account.counts().failed).toBe(0);
    expect(account.clock.pending).toBe(0);
  });
});

describe("conversations that may not reach the agent", () => {
  const own = "group:7044519283300761122";
  const refuse = (isRefused: (lane: string) => boolean) => ({
    admittedOnly: async <T extends Candidate>(conversations: readonly T[]) => ({
      admitted: conversations.filter(({ lane }) => !isRefused(lane)),
      unjudged: 0,
    }),
  });

  test("are not counted as not read back when their time is over; those that may are", async () => {
    const account = rig(refuse((lane) => lane !== own));
    await account.start();
    for (let group = 0; group < 40; group += 1) account.speak(`group:${10_000 + group}`);
    account.speak(own);
    for (let fall = 0; fall < 2; fall += 1) {
      await account.live(minuteMs);
      await account.die();
      await account.clock.advance(2 * minuteMs);
      await account.start();
    }
    // The second gap has to wait for ten minutes, and the account does not live that long.
    expect(account.asked.map(({ lane }) => lane)).toEqual([own]);
    expect(account.counts().waiting).toBe(1);
    await account.stop();
    await account.clock.advance(13 * hourMs);
    await account.start();
    expect(account.counts().givenUp).toBe(1);
  });

  test("never crowd out one that may, however many and busy they are", async () => {
    const friend = "user:5120034498771203345";
    const account = rig(refuse((lane) => lane !== friend));
    await account.start();
    account.speak(friend);
    await account.live(minuteMs);
    for (let group = 0; group < 3_000; group += 1) account.speak(`group:${10_000 + group}`);
    await account.die();
    await account.clock.advance(hourMs);
    await account.start();
    expect(account.asked.map(({ lane }) => lane)).toEqual([friend]);
  });
});

describe("a clock that was ahead", () => {
  test("hides nothing: the gap begins with what was surely heard", async () => {
    const ahead = rig();
    await ahead.start();
    ahead.speak("user:1");
    await ahead.live(5 * minuteMs);
    const again = rig();
    again.heard.set("user:1", startMs + minuteMs);
    again.heardLastAt(startMs + 24 * hourMs);
    await again.clock.advance(hourMs);
    await again.listen();
    expect(again.asked).toMatchObject([{ lane: "user:1", sinceMs: startMs + 5 * minuteMs }]);
  });
});

describe("a day of an account", () => {
  /** Renewals every half hour, each a login of its own. */
  const day = async (account: ReturnType<typeof rig>, speaking: (halfHour: number) => void) => {
    await account.start();
    for (let halfHour = 0; halfHour < 47; halfHour += 1) {
      await account.live(10 * minuteMs);
      speaking(halfHour);
      await account.live(20 * minuteMs);
      await account.stop();
      await account.clock.advance(1_500);
      await account.listen();
      await account.clock.advance(2_500);
      await account.connect();
    }
    return account.starts() + account.asked.length;
  };

  test("that is quiet costs less than 50 logins, with 30 conversations known to its journal", async () => {
    const account = rig();
    for (let person = 0; person < 30; person += 1) account.heard.set(`user:${person}`, startMs - hourMs);
    expect(await day(account, () => {})).toBeLessThan(50);
    expect(account.asked).toEqual([]);
  });

  test("with four conversations adds a login for each of them at most", async () => {
    const account = rig();
    const logins = await day(account, (halfHour) => {
      if (halfHour % 12 === 3) account.speak(`user:${halfHour}`);
    });
    expect(account.asked.length).toBeLessThanOrEqual(4);
    expect(logins).toBeLessThanOrEqual(52);
  });

  test("whose connection breaks every minute stays below 20 calls an hour and 100 a day", async () => {
    const account = rig();
    for (let person = 0; person < 30; person += 1) account.heard.set(`user:${person}`, startMs - hourMs);
    await account.start();
    for (let minute = 0; minute < 7 * 60; minute += 1) {
      await account.live(minuteMs);
      account.speak(`group:${minute % 7}`);
      await account.die("closed");
      await account.clock.advance(900);
      await account.start();
    }
    for (const { atMs } of account.asked) {
      const within = account.asked.filter((call) => call.atMs > atMs - hourMs && call.atMs <= atMs);
      expect(within.length).toBeLessThanOrEqual(20);
    }
    expect(account.asked.length).toBeGreaterThan(90);
    expect(account.asked.length).toBeLessThanOrEqual(100);
    expect(account.pauses()).toBeLessThanOrEqual(14);
  });
});
