import { createCatchUp, type CatchUpOptions } from "../../../src/channel/catchup/catch-up.ts";
import { catchUpCounts } from "../../../src/channel/catchup/counts.ts";
import { openLedger } from "../../../src/channel/catchup/ledger.ts";
import type { ReadBack } from "../../../src/channel/catchup/read-back.ts";
import { withCall, type Candidate } from "../../../src/policy/index.ts";
import type { EndingKind, ListenerExit, ListenerHandle } from "../../../src/supervisor/index.ts";
import type { StreamLine } from "../../../src/zca/index.ts";
import { fakeClock, settle } from "../../fakes/clock.ts";

const hourMs = 60 * 60_000;
export const startMs = Date.UTC(2026, 10, 22);
const connectedLine: StreamLine = { kind: "lifecycle", event: "connected" };
const heartbeat: StreamLine = { kind: "lifecycle", event: "heartbeat" };
const messageLine: StreamLine = { kind: "message", id: "m:1:1", altKeys: [], lane: "user:1", raw: "{}", record: {} };

/** An account whose listener, journal and histories exist only in memory; its ledger is the real one. */
export function catchUpRig(folder: string, accountId: string, changes: Partial<CatchUpOptions> = {}) {
  const clock = fakeClock(startMs);
  const ledger = openLedger({ folder }, accountId, { uid: () => "33", now: () => clock.now(), onProblem: () => {} });
  const heard = new Map<string, number>();
  const asked: { readonly lane: string; readonly atMs: number; readonly sinceMs: number }[] = [];
  const logs: string[] = [];
  let answer: () => Promise<Partial<ReadBack>> = async () => ({});
  let lastLineMs: number | undefined;
  let exit: (exit: ListenerExit) => void = () => {};
  let starts = 0;
  let pauses = 0;
  const catchUp = createCatchUp({
    accountId,
    clock,
    ledger,
    log: { info: (text) => void logs.push(text), warn: (text) => void logs.push(text) },
    rules: () => ({ maxConversations: 10, maxAgeMs: 12 * hourMs }),
    configPath: () => "channels.zalouser",
    lastLineMs: () => lastLineMs,
    candidates: async () => [...heard].map(([lane, lastAtMs]): Candidate => ({ lane, lastAtMs })),
    admittedOnly: async (conversations) => ({ admitted: conversations, unjudged: 0 }),
    async readBack(conversation, signal) {
      const untilMs = clock.now();
      asked.push({ lane: conversation.lane, atMs: untilMs, sinceMs: conversation.sinceMs });
      ledger.change((coverage) => withCall(coverage, untilMs));
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
      const back = await Promise.race([answer(), promise]);
      return { untilMs, completeness: "complete", found: 0, contextOnly: 0, tooOld: 0, ...back };
    },
    inTrouble: () => false,
    isTaken: () => false,
    pauseFor: async () => {
      pauses += 1;
      return { kind: "done", value: undefined };
    },
    onRead: async () => {},
    ...changes,
  });
  const begin = (): ListenerHandle => {
    starts += 1;
    const { promise, resolve } = Promise.withResolvers<ListenerExit>();
    exit = resolve;
    return { exited: promise, stop: async () => resolve({ kind: "closed", detail: "stopped" }) };
  };
  let handle: ListenerHandle | undefined;
  const listen = async () => {
    handle = catchUp.listen(begin);
    await settle();
  };
  const connect = async () => {
    catchUp.note(connectedLine);
    await settle();
  };
  return {
    clock,
    ledger,
    asked,
    logs,
    heard,
    heardLastAt: (ms: number) => void (lastLineMs = ms),
    listen,
    connect,
    counts: () => catchUpCounts(accountId),
    starts: () => starts,
    pauses: () => pauses,
    start: async () => {
      await listen();
      await connect();
    },
    /** Lets time pass with a heartbeat every 30 s. */
    async live(ms: number) {
      for (let passed = 0; passed < ms; passed += 30_000) {
        await clock.advance(Math.min(30_000, ms - passed));
        catchUp.note(heartbeat);
      }
      await settle();
    },
    speak(lane: string) {
      heard.set(lane, clock.now());
      lastLineMs = clock.now();
      catchUp.note(messageLine);
    },
    async die(kind: EndingKind = "crash") {
      exit({ kind, detail: kind });
      await settle();
    },
    /** As a renewal or the host ends it. */
    async stop() {
      await handle?.stop(2000);
      await settle();
    },
    exited: () => handle?.exited,
    answerWith(next: typeof answer) {
      answer = next;
    },
    close: () => catchUp.close(),
  };
}
