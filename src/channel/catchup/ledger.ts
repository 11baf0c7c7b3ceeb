import path from "node:path";
import { z } from "zod";
import { noCoverage, type Coverage } from "../../policy/index.js";
import { openSlot } from "../account/slot.js";
import type { AccountState } from "../account/state.js";

const gapShape = z.object({ fromMs: z.number(), toMs: z.number().optional() });

const ledgerShape = z.object({
  /** Whose messages this is about; another person behind the profile inherits nothing. */
  uid: z.string().optional(),
  /** When this account listened for the first time: what was said before was not said to it. */
  firstMs: z.number(),
  /** When it last surely listened. */
  aliveMs: z.number(),
  /** People the pairing store held when they were last looked at. */
  paired: z.array(z.string()),
  coverage: z.object({
    gaps: z.array(gapShape),
    covered: z.record(z.string(), z.number()),
    lastRunAtMs: z.number(),
    calls: z.array(z.number()),
  }),
});

type Stored = z.infer<typeof ledgerShape>;

/** Heartbeats and lines come by the second; a gap may begin a little early, but it costs no disk. */
const ALIVE_WRITE_MS = 30_000;

/** What one account remembers of when it listened and what it has read back, in a small private file. */
export interface Ledger {
  /** Undefined until the account has listened for the first time. */
  readonly firstMs: () => number | undefined;
  readonly aliveMs: () => number | undefined;
  readonly coverage: () => Coverage;
  readonly paired: () => readonly string[];
  /** Notes that it listens; written at most every 30 s unless `now` matters, as at a stop. */
  alive(atMs: number, options?: { readonly write?: boolean }): void;
  change(step: (coverage: Coverage) => Coverage): void;
  notePaired(ids: readonly string[]): void;
}

export interface LedgerOptions {
  readonly uid: () => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProblem: (error: unknown) => void;
}

export function openLedger(
  state: Pick<AccountState, "folder">,
  accountId: string,
  { uid, now, onProblem }: LedgerOptions,
): Ledger {
  const slot = openSlot(path.join(state.folder, "catch-up.json"), ledgerShape, accountId);
  let stored: Stored | undefined = slot.read();
  let writtenAliveMs = stored?.aliveMs ?? 0;
  const current = (): Stored | undefined => {
    const own = uid();
    if (stored?.uid !== undefined && own !== undefined && stored.uid !== own) stored = undefined;
    if (stored !== undefined && isAhead(stored, now())) write(setRight(stored, now()));
    return stored;
  };
  const write = (next: Stored): void => {
    const own = uid();
    stored = own === undefined ? next : { ...next, uid: own };
    writtenAliveMs = next.aliveMs;
    try {
      slot.write(stored);
    } catch (error) {
      // Known in memory; only a restart would read back from an older moment, which costs calls but no message.
      onProblem(error);
    }
  };
  return {
    firstMs: () => current()?.firstMs,
    aliveMs: () => current()?.aliveMs,
    coverage: () => current()?.coverage ?? noCoverage,
    paired: () => current()?.paired ?? [],
    alive(atMs, options) {
      const known = current();
      if (known === undefined) return write({ firstMs: atMs, aliveMs: atMs, paired: [], coverage: empty() });
      known.aliveMs = atMs;
      if (options?.write === true || known.aliveMs - writtenAliveMs >= ALIVE_WRITE_MS) write(known);
    },
    change(step) {
      const known = current();
      if (known === undefined) return;
      const coverage = step(known.coverage);
      if (coverage === known.coverage) return;
      write({ ...known, coverage: mutable(coverage) });
    },
    notePaired(ids) {
      const known = current();
      if (known === undefined || sameIds(known.paired, ids)) return;
      write({ ...known, paired: [...ids] });
    },
  };
}

/** A clock that is set back a little makes a gap begin a little early; only a clock that was wrong needs mending. */
const STEP_MS = 60_000;

function isAhead({ firstMs, aliveMs, coverage }: Stored, nowMs: number): boolean {
  const { gaps, covered, lastRunAtMs, calls } = coverage;
  const ends = gaps.map(({ fromMs, toMs }) => toMs ?? fromMs);
  return Math.max(firstMs, aliveMs, lastRunAtMs, ...ends, ...calls, ...Object.values(covered)) > nowMs + STEP_MS;
}

/**
 * Written while the clock was ahead, a moment yet to come tells nothing, and would hide every gap until it is reached. In
 * its place stands the last one that can be true: too much is read back then, which costs calls and loses no message.
 */
function setRight(stored: Stored, nowMs: number): Stored {
  const { gaps, covered, lastRunAtMs, calls } = stored.coverage;
  const firstMs = Math.min(stored.firstMs, nowMs);
  const past = (ms: number) => (ms > nowMs ? firstMs : ms);
  return {
    ...stored,
    firstMs,
    aliveMs: past(stored.aliveMs),
    coverage: {
      gaps: gaps.map(({ fromMs, toMs }) => ({
        fromMs: past(fromMs),
        ...(toMs === undefined ? {} : { toMs: Math.min(toMs, nowMs) }),
      })),
      covered: Object.fromEntries(Object.entries(covered).filter(([, untilMs]) => untilMs <= nowMs)),
      lastRunAtMs: Math.min(lastRunAtMs, nowMs),
      calls: calls.map((atMs) => Math.min(atMs, nowMs)),
    },
  };
}

function empty(): Stored["coverage"] {
  return mutable(noCoverage);
}

function mutable({ gaps, covered, lastRunAtMs, calls }: Coverage): Stored["coverage"] {
  return { gaps: gaps.map((gap) => ({ ...gap })), covered: { ...covered }, lastRunAtMs, calls: [...calls] };
}

function sameIds(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && after.every((id) => before.includes(id));
}
