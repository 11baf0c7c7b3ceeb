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
import { createLater, type LaterParts } from "./later.js";
import { listenAfter } from "./listen-after.js";
import { createReader, type PassEnd, type ReaderOptions } from "./reader.js";
import { tellRun, type ReportLog } from "./report.js";
import { createWatch } from "./watch.js";

export interface CatchUpOptions
  extends Omit<ReaderOptions, "onRun" | "startedMs">, Pick<LaterParts, "inTrouble" | "pauseFor"> {
  readonly log: ReportLog;
  /** Undefined: switched off. */
  readonly rules: () => CatchUpRules | undefined;
  /** Where the account's settings stand, e.g. `channels.zalouser`. */
  readonly configPath: () => string;
  /** When the journal took the last line of a listener, ms since 1970. */
  readonly lastLineMs: () => number | undefined;
  /** A listener that is not ours holds the profile: reading a direct conversation would evict it. */
  readonly isTaken: () => boolean;
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

/** Notices when an account may have missed something, and has it read back. */
export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { accountId, clock, ledger, log } = options;
  const reader = createReader({
    ...options,
    startedMs: () => startedMs,
    onRun: (run) => tellRun(log, options.configPath(), run),
  });
  const watch = createWatch();
  const closing = new AbortController();
  let isSupported = true;
  let startedMs = clock.now();
  /** Reading groups back goes on while it is listened, and no longer. */
  let listening = new AbortController();
  listening.abort();
  let groups: Promise<void> = Promise.resolve();
  const later = createLater({
    ...options,
    left: () => reader.left(),
    isListening: () => !listening.signal.aborted,
    readGroups: () => void (groups = groups.then(readGroups)),
    survive,
  });

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
    // However well it was read back: between that and the connection there was a moment.
    if ((ledger.coverage().gaps.at(-1)?.fromMs ?? nowMs) < nowMs) addCounts(accountId, { moments: 1 });
    if (rules() !== undefined) return;
    const isLong = ledger.coverage().gaps.some(({ fromMs }) => nowMs - fromMs >= catchUpLimits.shortMs);
    if (isLong) addCounts(accountId, { unread: 1 });
    ledger.change(({ lastRunAtMs, calls }) => ({ ...noCoverage, lastRunAtMs, calls }));
  }

  async function readDirect(signal: AbortSignal): Promise<PassEnd | undefined> {
    const within = rules();
    if (within === undefined) return undefined;
    if (options.inTrouble() || options.isTaken()) {
      await reader.look(within);
      return undefined;
    }
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
    await survive(async () => {
      if (options.inTrouble()) return reader.look(within);
      await reader.pass("group", within, signal);
      if (!signal.aborted) await options.onRead(reader.left());
    });
    if (signal.aborted) return;
    reader.finish();
    later.plan();
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
    startedMs = clock.now();
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
    later.cancel();
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
      later.cancel();
      await groups;
    },
  };
}
