import { describeError, isZalouserError } from "../../errors.js";
import {
  outstanding,
  planCatchUp,
  retired,
  withCovered,
  withoutRun,
  type Candidate,
  type CatchUpRules,
  type Outstanding,
} from "../../policy/index.js";
import type { Clock, EndingKind, ListenerExit } from "../../supervisor/index.js";
import type { Sifted } from "./conversations.js";
import { addCounts, noCounts, noteWaiting, sumOf, type CatchUpCounts } from "./counts.js";
import type { Ledger } from "./ledger.js";
import type { ReadBack } from "./read-back.js";
import type { RunReport } from "./report.js";

export interface ReaderOptions {
  readonly accountId: string;
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Conversations that may hold something, admitted or not. */
  readonly candidates: () => Promise<readonly Candidate[]>;
  readonly admittedOnly: <T extends Candidate>(conversations: readonly T[]) => Promise<Sifted<T>>;
  readonly readBack: (conversation: Outstanding, signal: AbortSignal) => Promise<ReadBack>;
  /** When the present start of the listener began, before anything was read for it. */
  readonly startedMs: () => number;
  /** Told once per run what became of it. */
  readonly onRun: (report: RunReport) => void;
}

/** Direct conversations, or groups. */
export type Kind = "user" | "group";

export type PassEnd =
  | { readonly kind: "done" }
  /** The login is dead: the listener need not try it, too. */
  | { readonly kind: "dead"; readonly exit: ListenerExit }
  /** This zca cannot read anything back. */
  | { readonly kind: "unsupported" };

export interface Reader {
  /** Reads conversations of one kind back, one after the other, as far as the number of calls and the time allow. */
  pass(kind: Kind, rules: CatchUpRules, signal: AbortSignal, untilMs?: number): Promise<PassEnd>;
  /** Only looks what is missing, for status: what nobody may read now is not forgotten. */
  look(rules: CatchUpRules): Promise<void>;
  /** The next pass begins a new run, which has to keep its distance to this one. */
  finish(): void;
  /** What is left for a later run, as of the last look. */
  left(): readonly Outstanding[];
}

/** A call takes one to three seconds; one that begins later than this before the end of the wait is wasted. */
const LEAST_CALL_MS = 3_000;
/** After so many tries a conversation that gives no answer is let be; it stays counted. */
const TRIES = 3;

const dead: ReadonlyMap<string, EndingKind> = new Map([
  ["ZCA_LOGGED_OUT", "logged-out"],
  ["ZCA_LOGIN_REFUSED", "login-refused"],
  ["ZCA_UNLICENSED", "unlicensed"],
]);
const done: PassEnd = { kind: "done" };

interface Run {
  readonly sinceMs: number;
  readonly asked: Set<string>;
  counts: CatchUpCounts;
  readonly problems: Set<string>;
}

/** Reads back one account's conversations, run by run. */
export function createReader(options: ReaderOptions): Reader {
  const { accountId, clock, ledger } = options;
  const tries = new Map<string, { count: number; reason: "partial" | "failed" }>();
  let run: Run | undefined;
  let left: readonly Outstanding[] = [];

  function count(by: Partial<CatchUpCounts>): void {
    addCounts(accountId, by);
    if (run !== undefined) run.counts = sumOf(run.counts, by);
  }

  async function missing(rules: CatchUpRules): Promise<Sifted<Outstanding>> {
    if (ledger.coverage().gaps.length === 0) return { admitted: [], unjudged: 0 };
    const candidates = await options.candidates();
    const { coverage, givenUp } = retired(ledger.coverage(), candidates, clock.now(), rules);
    ledger.change(() => coverage);
    // Nobody misses what was said by people who may not write.
    const lost = await options.admittedOnly(givenUp);
    const givenUpCount = lost.admitted.length + lost.unjudged;
    if (givenUpCount > 0) count({ givenUp: givenUpCount });
    return options.admittedOnly(outstanding(coverage, candidates, clock.now(), rules, options.startedMs()));
  }

  function noteLeft({ admitted, unjudged }: Sifted<Outstanding>, rules: CatchUpRules): void {
    left = outstanding(ledger.coverage(), admitted, clock.now(), rules, options.startedMs());
    noteWaiting(accountId, left.length + unjudged, ledger.coverage().lastRunAtMs);
  }

  async function readOne(
    conversation: Outstanding,
    signal: AbortSignal,
    untilMs: number,
  ): Promise<PassEnd | undefined> {
    const { lane } = conversation;
    const { lastRunAtMs } = ledger.coverage();
    run ??= { sinceMs: conversation.sinceMs, asked: new Set(), counts: noCounts, problems: new Set() };
    const { asked } = run;
    asked.add(lane);
    try {
      settle(lane, await options.readBack(conversation, signal));
      return undefined;
    } catch (error) {
      // Stopped, which says nothing about the conversation; one that was too slow has had its try.
      if (signal.aborted && clock.now() < untilMs) return done;
      const code = isZalouserError(error) ? error.code : "";
      const ending = dead.get(code);
      if (ending !== undefined) return { kind: "dead", exit: { kind: ending, detail: wordsOf(error) } };
      if (code === "ZCA_UNSUPPORTED") return { kind: "unsupported" };
      const isNetwork = code === "ZCA_NETWORK";
      if (isNetwork && asked.size === 1) {
        // Nothing reached Zalo: the next start may try again at once.
        ledger.change((coverage) => withoutRun(coverage, lastRunAtMs));
        run = undefined;
        return done;
      }
      failed(lane, "failed", wordsOf(error));
      return isNetwork || code === "ZCA_RATE_LIMITED" ? done : undefined;
    }
  }

  function settle(lane: string, { found, contextOnly, tooOld, completeness, untilMs }: ReadBack): void {
    count({ read: 1, found, contextOnly, tooOld });
    if (completeness === "partial") return failed(lane, "partial", "zca gave back an empty list, or one with holes.");
    if (completeness === "cut") count({ cut: 1 });
    const before = tries.get(lane);
    // What looked like a hole has been filled.
    if (before !== undefined) count({ [before.reason]: -1 });
    tries.delete(lane);
    ledger.change((coverage) => withCovered(coverage, lane, untilMs));
  }

  function failed(lane: string, reason: "partial" | "failed", why: string): void {
    const before = tries.get(lane);
    run?.problems.add(why);
    if (before === undefined) count({ [reason]: 1 });
    const next = { count: (before?.count ?? 0) + 1, reason: before?.reason ?? reason };
    tries.set(lane, next);
    if (next.count < TRIES) return;
    tries.delete(lane);
    ledger.change((coverage) => withCovered(coverage, lane, clock.now()));
  }

  return {
    async pass(kind, rules, signal, untilMs = Number.POSITIVE_INFINITY) {
      const sifted = await missing(rules);
      const fresh = sifted.admitted
        .filter(({ lane }) => lane.startsWith(`${kind}:`) && run?.asked.has(lane) !== true)
        .toSorted((a, b) => (tries.get(a.lane)?.count ?? 0) - (tries.get(b.lane)?.count ?? 0));
      const { ask } = planCatchUp(ledger.coverage(), fresh, clock.now(), rules, run?.asked.size);
      try {
        for (const conversation of ask) {
          if (signal.aborted || clock.now() + LEAST_CALL_MS > untilMs) break;
          const end = await readOne(conversation, signal, untilMs);
          if (end !== undefined) return end;
        }
        return done;
      } finally {
        noteLeft(sifted, rules);
      }
    },
    async look(rules) {
      noteLeft(await missing(rules), rules);
    },
    finish() {
      if (run !== undefined) options.onRun({ ...run, problems: [...run.problems] });
      run = undefined;
    },
    left: () => left,
  };
}

function wordsOf(error: unknown): string {
  return isZalouserError(error) ? error.what : describeError(error);
}
