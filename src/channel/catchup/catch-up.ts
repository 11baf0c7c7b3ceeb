import { describeError } from "../../errors.js";
import {
  catchUpLimits,
  noCoverage,
  withGap,
  withGapEnded,
  type CatchUpRules,
  type Outstanding,
} from "../../policy/index.js";
import type { EndingKind, ListenerExit, ListenerHandle } from "../../supervisor/index.js";
import type { StreamLine } from "../../zca/index.js";
import { addCounts } from "./counts.js";
import { listenAfter } from "./listen-after.js";
import { createReader, type PassEnd, type ReaderOptions } from "./reader.js";
import { tellRun, type ReportLog } from "./report.js";
import { createWatch } from "./watch.js";

export interface CatchUpOptions extends Omit<ReaderOptions, "onRun"> {
  readonly log: ReportLog;
  /** Undefined: switched off. */
  readonly rules: () => CatchUpRules | undefined;
  /** Where the account's settings stand, e.g. `channels.zalouser`. */
  readonly configPath: () => string;
  /** When the journal took the last line of a listener, ms since 1970. */
  readonly lastLineMs: () => number | undefined;
  /** A listener that is not ours holds the profile: reading a direct conversation would evict it. */
  readonly isTaken: () => boolean;
  /** Zalo evicted or kicked the account lately: every login more makes it worse. */
  readonly inTrouble: () => boolean;
  /** Does `work` while no listener lives. */
  readonly pauseFor: (work: (signal: AbortSignal) => Promise<void>) => Promise<unknown>;
  /** Told what is still missing whenever everything was looked through. */
  readonly onRead: (left: readonly Outstanding[]) => Promise<void>;
}

export interface CatchUp {
  /**
   * Starts a listener. Before it, direct conversations are read back, which needs the very connection of the listener;
   * 15 s at most. When it turns out that the login is dead, the listener ends with that without having started.
   */
  listen(start: () => ListenerHandle): ListenerHandle;
  /** Told every line of the listener. */
  note(line: StreamLine): void;
  /** Ends what runs; settles when nothing is left. */
  close(): Promise<void>;
}

/** With the second a child may take to die it is 15 s. */
const WAIT_MS = 14_000;
/** A pause renews the connection, which costs a login of its own. */
const PAUSE_SPACING_MS = 30 * 60_000;

/** Notices when an account may have missed something, and has it read back. */
export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { accountId, clock, ledger, log } = options;
  const reader = createReader({ ...options, onRun: (run) => tellRun(log, options.configPath(), run) });
  const watch = createWatch();
  const closing = new AbortController();
  let isSupported = true;
  let lastPauseMs = Number.NEGATIVE_INFINITY;
  /** Reading groups back goes on while it is listened, and no longer. */
  let listening = new AbortController();
  listening.abort();
  let groups: Promise<void> = Promise.resolve();
  let cancelLater = () => {};

  const rules = () => (isSupported ? options.rules() : undefined);

  function openGap(): void {
    const firstMs = ledger.firstMs();
    if (firstMs === undefined) return;
    const gap = ledger.coverage().gaps.at(-1);
    if (gap !== undefined && gap.toMs === undefined) return;
    // The gateway was killed. What it heard is in the journal; its listener may have lived on and heard more.
    const heardMs = [firstMs, ledger.aliveMs() ?? firstMs, options.lastLineMs() ?? firstMs];
    // A moment yet to come was noted while the clock was ahead; it would hide what was missed since.
    const fromMs = Math.max(firstMs, ...heardMs.filter((ms) => ms <= clock.now()));
    ledger.change((coverage) => withGap(coverage, { fromMs }));
  }

  function closeGap(): void {
    const nowMs = clock.now();
    ledger.change((coverage) => withGapEnded(coverage, nowMs));
    if (rules() !== undefined) return;
    const isLong = ledger.coverage().gaps.some(({ fromMs }) => nowMs - fromMs >= catchUpLimits.shortMs);
    if (isLong) addCounts(accountId, { unread: 1 });
    ledger.change(({ lastRunAtMs, calls }) => ({ ...noCoverage, lastRunAtMs, calls }));
  }

  async function readDirect(signal: AbortSignal): Promise<PassEnd | undefined> {
    const within = rules();
    if (within === undefined || options.inTrouble() || options.isTaken()) return undefined;
    const late = new AbortController();
    const cancel = clock.setTimeout(() => late.abort(), WAIT_MS);
    try {
      const ending = AbortSignal.any([signal, closing.signal, late.signal]);
      return await reader.pass("user", within, ending, clock.now() + WAIT_MS);
    } finally {
      cancel();
    }
  }

  async function readGroups(): Promise<void> {
    const within = rules();
    if (within === undefined || listening.signal.aborted) return;
    const { signal } = listening;
    if (!options.inTrouble()) {
      await survive(async () => {
        await reader.pass("group", within, signal);
        if (!signal.aborted) await options.onRead(reader.left());
      });
    }
    if (signal.aborted) return;
    reader.finish();
    readLater();
  }

  /** What had to wait gets its turn as soon as a run may begin again. */
  function readLater(): void {
    cancelLater();
    const isLeft = reader.left().some(({ isWhole, lane }) => isWhole || lane.startsWith("group:"));
    if (!isLeft && !options.inTrouble()) return;
    const dueMs = Math.max(ledger.coverage().lastRunAtMs, clock.now() - catchUpLimits.spacingMs / 2);
    cancelLater = clock.setTimeout(again, dueMs + catchUpLimits.spacingMs - clock.now());
  }

  function again(): void {
    const nowMs = clock.now();
    lastPauseMs = Math.min(lastPauseMs, nowMs);
    const hasDirect = reader.left().some(({ isWhole, lane }) => isWhole && lane.startsWith("user:"));
    if (!hasDirect || nowMs - lastPauseMs < PAUSE_SPACING_MS || options.inTrouble()) {
      groups = groups.then(readGroups);
      return;
    }
    lastPauseMs = nowMs;
    // The start that follows reads direct conversations back before it listens.
    void survive(() => options.pauseFor(async () => undefined));
  }

  async function survive<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!closing.signal.aborted) log.warn(`reading back missed messages failed: ${describeError(error)}`);
      return undefined;
    }
  }

  async function beforeListening(signal: AbortSignal): Promise<ListenerExit | undefined> {
    await groups;
    openGap();
    reader.finish();
    const end = await survive(() => readDirect(signal));
    if (end?.kind === "unsupported") isSupported = false;
    return end?.kind === "dead" ? end.exit : undefined;
  }

  function connected(): void {
    listening = new AbortController();
    if (closing.signal.aborted) listening.abort();
    watch.connected(clock.now());
    ledger.alive(clock.now(), { write: true });
    heardAgain();
  }

  function heard(isMessage: boolean): void {
    if (listening.signal.aborted) return;
    const nowMs = clock.now();
    const silentSinceMs = watch.life(nowMs, isMessage);
    ledger.alive(nowMs);
    if (silentSinceMs === undefined) return;
    ledger.change((coverage) => withGap(coverage, { fromMs: silentSinceMs }));
    heardAgain();
  }

  function heardAgain(): void {
    closeGap();
    groups = groups.then(readGroups);
  }

  function ended(kind: EndingKind): void {
    cancelLater();
    listening.abort();
    const fromMs = watch.ended(kind, clock.now());
    if (fromMs !== undefined) ledger.change((coverage) => withGap(coverage, { fromMs }));
  }

  return {
    listen(start) {
      const handle = listenAfter(beforeListening, start);
      return {
        exited: handle.exited.then((exit) => {
          ended(exit.kind);
          return exit;
        }),
        stop(graceMs) {
          watch.stopping(clock.now());
          return handle.stop(graceMs);
        },
      };
    },
    note(line) {
      const isConnected =
        (line.kind === "lifecycle" && line.event === "connected") ||
        (line.kind === "notice" && line.notice === "connected");
      if (isConnected && listening.signal.aborted) connected();
      else if (line.kind === "message") heard(true);
      else if (line.kind === "lifecycle" && line.event === "heartbeat") heard(false);
    },
    async close() {
      closing.abort();
      listening.abort();
      cancelLater();
      await groups;
    },
  };
}
