import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readBack, type FoundMessage, type ReadBackDeps } from "../../../src/channel/catchup/read-back.ts";
import { scriptedZca, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const own = "3300912847765512008";
const lan = "5120034498771203345";
const huy = "8891200345671123490";
const sinceMs = Date.UTC(2026, 10, 22, 8);
const toMs = sinceMs + 45;
const conversation = { lane: `user:${lan}`, lastAtMs: sinceMs, sinceMs, toMs, isDue: true };

let scripted: ScriptedZca;
let taken: FoundMessage[];
let calls: number;
let waits: number;

const row = (number: number, senderId: string, atMs: number) => ({
  msgId: String(6_921_045_577_000 + number),
  cliMsgId: String(1_795_327_700_000 + number),
  threadId: lan,
  senderId,
  senderName: "Ai đó",
  ts: String(atMs),
  msgType: "webchat",
  content: `tin số ${number} 🙂`,
});

beforeEach(() => {
  const messages = [
    row(5, lan, sinceMs + 50),
    row(4, own, sinceMs + 40),
    row(3, huy, sinceMs + 30),
    row(2, lan, sinceMs + 20),
    row(1, lan, sinceMs - 300_000),
  ];
  scripted = scriptedZca({ stdout: JSON.stringify({ messages }) });
  taken = [];
  calls = 0;
  waits = 0;
});
afterEach(() => scripted.dispose());

const deps = (changes: Partial<ReadBackDeps> = {}): ReadBackDeps => ({
  zca: scripted.zca,
  now: () => sinceMs + 1_000,
  maxMessages: () => 50,
  maxAgeMs: () => 12 * 3_600_000,
  firstMs: () => 0,
  ownId: () => own,
  isOurs: () => false,
  knows: () => false,
  accept: async (message) => taken.push(message) > 0,
  alone: (work, signal) => work(signal),
  untilHeard: async () => {
    waits += 1;
  },
  onCall: () => {
    calls += 1;
  },
  ...changes,
});
const living = new AbortController().signal;

test("hands on what nobody heard, oldest first, and leaves out a third voice in a direct conversation", async () => {
  const back = await readBack(deps(), conversation, living);
  expect(taken.map(({ id, contextOnly }) => [id, contextOnly])).toEqual([
    [`m:${lan}:6921045577002`, true],
    [`m:${lan}:6921045577005`, false],
  ]);
  expect(taken.every(({ lane }) => lane === `user:${lan}`)).toBe(true);
  expect(back).toEqual({
    untilMs: sinceMs + 1_000,
    completeness: "complete",
    found: 2,
    contextOnly: 1,
    tooOld: 0,
  });
  expect(calls).toBe(1);
});

test("a message the journal could not take leaves the conversation open", async () => {
  const reading = readBack(deps({ accept: async () => false }), conversation, living);
  await expect(reading).rejects.toMatchObject({ code: "STATE_UNWRITABLE" });
  let known = false;
  const back = readBack(
    deps({
      accept: async () => {
        known = true;
        return false;
      },
      knows: () => known,
    }),
    conversation,
    living,
  );
  await expect(back).resolves.toMatchObject({ completeness: "complete" });
});

test("without its turn in the queue nothing is asked", async () => {
  const reading = readBack(deps({ alone: async () => undefined }), conversation, living);
  await expect(reading).rejects.toMatchObject({ code: "SEND_EXPIRED" });
  expect(scripted.calls()).toEqual([]);
  expect(calls).toBe(0);
});

test("after a stop nothing is handed on, even when the answer came", async () => {
  const stop = new AbortController();
  const stopping = deps({
    async alone(work, signal) {
      const answer = await work(signal);
      stop.abort();
      return answer;
    },
  });
  await expect(readBack(stopping, conversation, stop.signal)).rejects.toThrowError();
  expect(taken).toEqual([]);
});

describe("a message said when the listener was about to hear the group again", () => {
  const family = "7044519283300761122";
  const group = { ...conversation, lane: `group:${family}`, toMs: sinceMs + 60_000 };
  const live = { ...row(7, lan, sinceMs + 61_500), threadId: family };
  const missed = { ...row(6, lan, sinceMs + 10_000), threadId: family };
  const before = { ...row(1, lan, sinceMs - 300_000), threadId: family };
  const idOf = ({ msgId }: { readonly msgId: string }) => `m:${family}:${msgId}`;

  beforeEach(() => {
    scripted.dispose();
    scripted = scriptedZca({ stdout: JSON.stringify({ messages: [live, missed, before] }) });
  });

  test("is left to the listener, whose line has the mention, when that comes a moment later", async () => {
    let heard = false;
    const listening = deps({
      knows: (keys) => heard && keys.includes(idOf(live)),
      untilHeard: async () => void (heard = true),
    });
    expect(await readBack(listening, group, living)).toMatchObject({ found: 1, completeness: "complete" });
    expect(taken.map(({ id }) => id)).toEqual([idOf(missed)]);
  });

  test("is taken from the history when it does not: a clock that differs loses nothing", async () => {
    expect(await readBack(deps(), group, living)).toMatchObject({ found: 2 });
    expect(taken.map(({ id }) => id)).toEqual([idOf(missed), idOf(live)]);
    expect(waits).toBe(1);
  });

  test("costs no wait in a direct conversation, which nobody hears meanwhile", async () => {
    await readBack(deps(), { ...group, lane: `user:${lan}` }, living);
    expect(waits).toBe(0);
  });
});
