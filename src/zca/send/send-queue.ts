import type { ErrorCode } from "../../errors.js";
import type { SendOutcome } from "./outcome.js";
import { createMeanwhile } from "./meanwhile.js";
import { createRepeatHolds } from "./repeat-holds.js";
import { createPacing } from "./pacing.js";
import { defaultPacing, type PacingSettings } from "./pacing-settings.js";
import type { SendQueueOptions } from "./queue-options.js";
import { createSendRun, tooLate, unsentBecause, type SendErrand } from "./send-run.js";
import { createOrderedQueue, type SendKind, type SendPlace } from "./send-order.js";

export type { SendQueueOptions } from "./queue-options.js";

export interface SendRequest extends SendErrand {
  readonly kind: SendKind;
  /** Withdraws what has not started; the call in flight sees it too. */
  readonly signal?: AbortSignal;
}

export interface SendQueueSnapshot {
  /** Calls that wait, without the one in flight. */
  readonly depth: number;
  readonly inFlightSinceMs?: number;
  readonly cooldownUntilMs?: number;
  readonly sent: number;
  readonly unsent: number;
  readonly unknown: number;
  readonly lastGapsMs: readonly number[];
}

export interface SendQueue {
  /** Outcomes of the tasks in order, up to and including the first that is not `sent`. Never rejects. */
  enqueue(request: SendRequest): Promise<readonly SendOutcome[]>;
  /** What waits becomes unsent; the call in flight gets `graceMs`, then its signal fires. Settles when nothing runs. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
  /** A text whose outcome was unknown proved to be unsent: saying it now is no repetition. */
  neverSaid(threadKey: string, repeatKey: string): void;
  /** Changes the pace from now on, as a config reload does. */
  setPacing(pacing: Partial<PacingSettings>): void;
  snapshot(): SendQueueSnapshot;
}

interface Job extends SendRequest {
  settle(outcomes: readonly SendOutcome[]): void;
  readonly leave: AbortController;
  started: boolean;
}

/** How long an aborted call may take to end, by SIGKILL after 1 s if it must, before it is given up as unknown. */
const abandonMs = 1_500;

/** The one door through which a profile sends: one call at a time, in order, at a person's pace. */
export function createSendQueue(options: SendQueueOptions): SendQueue {
  const { clock, accountId, random, paceStore: store, onRest } = options;
  const pacing = createPacing({ ...defaultPacing, ...options.pacing }, { clock, random, store, onRest });
  const maxWaiting = options.maxWaiting ?? 500;
  const waitMs = {
    proactive: options.proactiveWaitMs ?? 60_000,
    typing: options.typingWaitMs ?? 5_000,
    reply: undefined,
  };
  const holds = createRepeatHolds(pacing, clock);
  const { queue, peek, heads } = createOrderedQueue((place) => holds.isHeld(place));
  const waiting = new Set<Job>();
  const closeRequested = new AbortController();
  const stopping = new AbortController();
  const abandoned = new AbortController();
  const sends = createSendRun({
    accountId,
    clock,
    pacing,
    closing: closeRequested.signal,
    stopping: stopping.signal,
    abandoned: abandoned.signal,
    // Overtakes nothing that is said; and an account that cannot read back what it missed does not listen again so soon, for
    // which the message in hand may be waiting.
    meanwhile: { open: () => between.open(), close: () => between.close() },
  });
  const between = createMeanwhile<Job>({
    clock,
    next: () => (closing === undefined ? firstRead(waiting) : undefined),
    readyAtMs: ({ threadKey }) => pacing.readyAtMs(threadKey),
    run: runBetween,
  });
  const counts = { sent: 0, unsent: 0, unknown: 0 };
  let active: Promise<void> | undefined;
  let cancelPump: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  // p-queue frees its place after a job has settled; only then can the next one start.
  queue.addEventListener("next", pump);

  const unsent = (code: ErrorCode, what: string) => unsentBecause(code, what, accountId);
  const depth = () => [...waiting].reduce((sum, job) => sum + job.tasks.length, 0);

  function count(outcomes: readonly SendOutcome[], { reads }: SendErrand): readonly SendOutcome[] {
    if (reads !== true) for (const outcome of outcomes) counts[outcome.kind] += 1;
    return outcomes;
  }

  async function enqueue(request: SendRequest): Promise<readonly SendOutcome[]> {
    if (request.tasks.length === 0) return [];
    const refusal = refusalOf(request);
    return refusal === undefined ? await wait(request) : count([refusal], request);
  }

  function refusalOf({ signal, tasks }: SendRequest): SendOutcome | undefined {
    if (closing !== undefined) return unsent("SEND_STOPPED", "The gateway is stopping; nothing was sent.");
    if (signal?.aborted) return unsent("SEND_STOPPED", "The send was cancelled before it started.");
    if (depth() + tasks.length <= maxWaiting) return undefined;
    return unsent("SEND_QUEUE_FULL", `${maxWaiting} sends are waiting already.`);
  }

  function wait(request: SendRequest): Promise<readonly SendOutcome[]> {
    const { promise, resolve } = Promise.withResolvers<readonly SendOutcome[]>();
    const [repeatKey] = request.repeatKeys ?? [];
    const place: SendPlace = {
      threadKey: request.threadKey,
      kind: request.kind,
      ...(repeatKey !== undefined && { repeatKey }),
    };
    const baseMs = waitMs[request.kind];
    // A text held back because it repeats the one before is late on purpose; giving it up would swallow it.
    const patienceMs = baseMs === undefined ? undefined : baseMs + holds.delayMs(place, waiting);
    const cancelled = () => withdraw(job, unsent("SEND_STOPPED", "The send was cancelled before it started."));
    const cancelExpiry =
      patienceMs === undefined
        ? undefined
        : clock.setTimeout(() => withdraw(job, tooLate(pacing, accountId)), patienceMs);
    const job: Job = {
      ...request,
      leave: new AbortController(),
      started: false,
      settle(outcomes) {
        cancelExpiry?.();
        request.signal?.removeEventListener("abort", cancelled);
        resolve(outcomes);
      },
    };
    request.signal?.addEventListener("abort", cancelled, { once: true });
    if (request.kind === "reply") dropTyping(request.threadKey);
    waiting.add(job);
    // Rejects only for a withdrawn job, whose caller has its answer already.
    void queue.add(() => start(job), { ...place, signal: job.leave.signal }).catch(() => undefined);
    pump();
    between.look();
    return promise;
  }

  /** An answer says more than "is typing". */
  function dropTyping(threadKey: string): void {
    for (const job of waiting) {
      if (job.kind !== "typing" || job.threadKey !== threadKey) continue;
      withdraw(job, unsent("SEND_EXPIRED", "The answer came first."));
    }
  }

  function withdraw(job: Job, outcome: SendOutcome): void {
    if (job.started || !waiting.delete(job)) return;
    job.settle(count([outcome], job));
    job.leave.abort();
    pump();
  }

  /** Lets p-queue take one job as soon as the pace allows the one that is next. */
  function pump(): void {
    cancelPump?.();
    cancelPump = undefined;
    // While the queue closes, what is withdrawn must not make room for what stands behind it.
    if (closing !== undefined || active !== undefined || queue.size === 0) return;
    const next = peek();
    const startAtMs =
      next === undefined ? holds.firstReleaseMs(heads()) : pacing.readyAtMs(next.threadKey ?? "", next.repeatKey);
    const delayMs = startAtMs - clock.now();
    // A hold that ended this very moment asks for another look: its job has the pace to keep, too.
    if (delayMs > 0 || next === undefined) {
      cancelPump = clock.setTimeout(pump, delayMs);
      return;
    }
    queue.start();
    queue.pause();
  }

  function start(job: Job): Promise<void> {
    waiting.delete(job);
    job.started = true;
    active = sends.run(job, job.signal).then((outcomes) => {
      active = undefined;
      job.settle(count(outcomes, job));
    });
    return active;
  }

  async function runBetween(job: Job): Promise<void> {
    waiting.delete(job);
    job.started = true;
    // p-queue drops it.
    job.leave.abort();
    const outcomes = await sends.run(job, job.signal);
    job.settle(count(outcomes, job));
  }

  async function shutDown(graceMs: number): Promise<void> {
    cancelPump?.();
    for (const job of waiting) withdraw(job, unsent("SEND_STOPPED", "The gateway stopped before it was sent."));
    closeRequested.abort();
    if (active === undefined) return;
    const timers = [
      clock.setTimeout(() => stopping.abort(), graceMs),
      clock.setTimeout(() => abandoned.abort(), graceMs + abandonMs),
    ];
    await active;
    for (const cancel of timers) cancel();
  }

  return {
    enqueue,
    close: ({ graceMs = 3_000 } = {}) => (closing ??= Promise.resolve().then(() => shutDown(graceMs))),
    neverSaid(threadKey, repeatKey) {
      pacing.neverSaid(threadKey, repeatKey);
      pump();
    },
    setPacing(changed) {
      pacing.change({ ...defaultPacing, ...changed });
      pump();
    },
    snapshot() {
      const inFlightSinceMs = sends.inFlightSinceMs();
      const cooldownUntilMs = pacing.cooldownUntilMs();
      return {
        depth: depth(),
        ...(inFlightSinceMs !== undefined && { inFlightSinceMs }),
        ...(cooldownUntilMs !== undefined && { cooldownUntilMs }),
        ...counts,
        lastGapsMs: pacing.gapsMs(),
      };
    },
  };
}

/** The oldest that only reads and stands behind nothing of its own conversation. */
function firstRead(waiting: Iterable<Job>): Job | undefined {
  const seen = new Set<string>();
  for (const job of waiting) {
    if (job.reads === true && !seen.has(job.threadKey)) return job;
    seen.add(job.threadKey);
  }
  return undefined;
}
