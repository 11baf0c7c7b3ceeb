import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PlatformMessageNotDispatchedError } from "openclaw/plugin-sdk/error-runtime";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { sendNotices } from "../../../src/channel/outbound/send-ring.ts";
import {
  abandonedDeliveries,
  earlierDeliveries,
  finishDelivery,
  whileDelivering,
} from "../../../src/channel/outbound/unfinished.ts";
import { fakeClock, type FakeClock } from "../../fakes/clock.ts";

const account = "trợ-lý";
const lan = "user:5120034498771203345";
const family = "group:7044519283300761122";

let folder: string;
let clock: FakeClock;
let count = 0;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-unfinished-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
  clock = fakeClock(Date.now());
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const answerTo = (thread: string) => ({ delivery: `d${(count += 1)}`, thread, isAnswer: true });
const unsent = () => new PlatformMessageNotDispatchedError("Zalo cannot be reached.", { cause: undefined });

/** An answer of which a try has failed and that the host keeps on trying. */
async function failed(thread: string, error: Error = unsent()): Promise<string> {
  const answer = answerTo(thread);
  await expect(whileDelivering(account, answer, () => Promise.reject(error))).rejects.toBe(error);
  return answer.delivery;
}

function nextTurn(thread: string, signal?: AbortSignal) {
  const state = { goesOn: false, left: [] as string[] };
  void earlierDeliveries(account, thread, { clock, signal }).then((left) => {
    state.left = left.map(({ delivery }) => delivery);
    state.goesOn = true;
    return undefined;
  });
  return state;
}

describe("the next turn of a conversation", () => {
  test("waits for an answer that the host has yet to try again, and no other conversation does", async () => {
    const delivery = await failed(lan);
    const [here, there] = [nextTurn(lan), nextTurn(family)];
    await clock.advance(60_000);
    expect([here.goesOn, there.goesOn]).toEqual([false, true]);
    await whileDelivering(account, { delivery, thread: lan, isAnswer: false }, () => Promise.resolve(["7654321"]));
    await clock.advance(0);
    expect(here).toEqual({ goesOn: true, left: [] });
    expect(abandonedDeliveries(account, clock.now())).toEqual([]);
  });

  test("waits for what a gateway that was killed had begun", async () => {
    const answer = answerTo(family);
    void whileDelivering(account, answer, () => new Promise(() => {}));
    const { freshProcess } = await anotherProcess();
    let goesOn = false;
    void freshProcess.earlierDeliveries(account, family, { clock }).then(() => (goesOn = true));
    await clock.advance(90_000);
    expect(goesOn).toBe(false);
    freshProcess.finishDelivery(account, answer.delivery);
    await clock.advance(0);
    expect(goesOn).toBe(true);
  });

  test("waits for an answer that is on its way, which a crash would leave to the host, but does not call it left behind", async () => {
    const sending = Promise.withResolvers<string[]>();
    const sent = whileDelivering(account, answerTo(lan), () => sending.promise);
    const [soon, late] = [nextTurn(lan), nextTurn(lan)];
    await clock.advance(3 * 60_000 + 1);
    expect([soon, late]).toEqual([
      { goesOn: true, left: [] },
      { goesOn: true, left: [] },
    ]);
    const third = nextTurn(lan);
    await clock.advance(1000);
    expect(third.goesOn).toBe(false);
    sending.resolve(["7654321"]);
    await sent;
    await clock.advance(0);
    expect(third).toEqual({ goesOn: true, left: [] });
  });

  test("goes on after three minutes all the same, and status tells what was left behind", async () => {
    const delivery = await failed(lan);
    const turn = nextTurn(lan);
    await clock.advance(3 * 60_000 + 1);
    expect(turn).toEqual({ goesOn: true, left: [delivery] });
    expect(sendNotices({ accountId: account })).toEqual([
      expect.stringMatching(/^Zalo account "trợ-lý".*1 answers.*not finished.*user:512.*\[SEND_UNCONFIRMED\]$/su),
    ]);
    // Nobody waits for it again, and it may arrive after all.
    expect(nextTurn(lan)).toMatchObject({ left: [] });
    finishDelivery(account, delivery);
    expect(sendNotices({ accountId: account })).toEqual([]);
  });

  test("waits one minute only for an answer that has most likely arrived", async () => {
    const delivery = await failed(lan, new Error("Whether it arrived is not known."));
    const turn = nextTurn(lan);
    await clock.advance(59_000);
    expect(turn.goesOn).toBe(false);
    await clock.advance(1_001);
    expect(turn).toEqual({ goesOn: true, left: [delivery] });
    // A look at the conversation showed that it never arrived: from then on it is worth the longer wait.
    const other = await failed(family, new Error("Whether it arrived is not known."));
    const retry = { delivery: other, thread: family, isAnswer: false };
    await expect(whileDelivering(account, retry, () => Promise.reject(unsent()))).rejects.toThrow();
    const stop = new AbortController();
    const next = nextTurn(family, stop.signal);
    await clock.advance(2 * 60_000);
    expect(next.goesOn).toBe(false);
    stop.abort();
  });

  test("begins no new wait when the gateway starts again meanwhile", async () => {
    const delivery = await failed(family);
    const stop = new AbortController();
    nextTurn(family, stop.signal);
    await clock.advance(2 * 60_000);
    stop.abort();
    const { freshProcess } = await anotherProcess();
    let left: readonly string[] | undefined;
    void freshProcess
      .earlierDeliveries(account, family, { clock })
      .then((found) => (left = found.map((one) => one.delivery)));
    await clock.advance(59_000);
    expect(left).toBeUndefined();
    await clock.advance(1_001);
    expect(left).toEqual([delivery]);
  });

  test("does not wait for what nobody tries again: refused for good, given up, or older than all the host's tries", async () => {
    await failed(
      lan,
      new PlatformMessageNotDispatchedError("The message is too long.", { cause: undefined, retryable: false }),
    );
    finishDelivery(account, await failed(lan));
    expect(await earlierDeliveries(account, lan, { clock })).toEqual([]);
    await failed(lan);
    await clock.advance(20 * 60_000 + 1000);
    expect(await earlierDeliveries(account, lan, { clock })).toEqual([]);
    expect(abandonedDeliveries(account, clock.now())).toHaveLength(1);
    expect(abandonedDeliveries(account, clock.now() + 25 * 60 * 60_000)).toEqual([]);
  });

  test("does not wait for a message that answers no turn: no answer outdates it", async () => {
    const reminder = { ...answerTo(lan), isAnswer: false };
    await expect(whileDelivering(account, reminder, () => Promise.reject(unsent()))).rejects.toThrow();
    expect(await earlierDeliveries(account, lan, { clock })).toEqual([]);
  });

  test("is given back at once when the account stops", async () => {
    await failed(lan);
    const stop = new AbortController();
    const turn = nextTurn(lan, stop.signal);
    await clock.advance(1000);
    stop.abort();
    await clock.advance(0);
    expect(turn).toEqual({ goesOn: true, left: [] });
    expect(clock.pending).toBe(0);
    expect(nextTurn(lan, AbortSignal.abort())).toMatchObject({ left: [] });
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
});

test("the record is private and holds no text", async () => {
  await failed(lan);
  expect(statSync(path.join(openAccountState(account).folder, "unfinished.json")).mode & 0o777).toBe(0o600);
});

/** The module as a gateway finds it that starts on what is on disk. */
async function anotherProcess() {
  vi.resetModules();
  return { freshProcess: await import("../../../src/channel/outbound/unfinished.ts") };
}
