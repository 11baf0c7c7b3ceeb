import { ZalouserError, type ErrorCode } from "../../errors.js";
import type { Clock } from "../../supervisor/index.js";
import type { SendOutcome } from "./outcome.js";
import type { Pacing } from "./pacing.js";

export type SendTask = (signal: AbortSignal) => Promise<SendOutcome>;

export interface SendRunOptions {
  readonly accountId: string;
  readonly clock: Clock;
  readonly pacing: Pacing;
  /** Nothing new may start. */
  readonly closing: AbortSignal;
  /** The call in flight must end. */
  readonly stopping: AbortSignal;
  /** The call in flight is given up. */
  readonly abandoned: AbortSignal;
}

export interface SendRun {
  /**
   * Runs the parts of one message in order and stops after the first that is not `sent`. A part behind a sent one gets
   * three tries where the refusal is certain and passes by itself. Never rejects.
   */
  run(threadKey: string, tasks: readonly SendTask[], signal?: AbortSignal): Promise<readonly SendOutcome[]>;
  inFlightSinceMs(): number | undefined;
}

export function unsentBecause(code: ErrorCode, what: string, accountId: string): SendOutcome {
  return { kind: "unsent", error: new ZalouserError(code, what, { accountId }) };
}

/** Refusals that pass by themselves. */
const passing: ReadonlySet<ErrorCode> = new Set(["ZCA_RATE_LIMITED", "ZCA_BUSY", "ZCA_NETWORK"]);
/** Before the second and the third try of a part; after a rate limit the profile's rest is longer. */
const retryPausesMs = [5_000, 20_000];

/** Carries out one message's calls at the pace of its profile. */
export function createSendRun(options: SendRunOptions): SendRun {
  const { clock, pacing, accountId, closing } = options;
  let inFlightSinceMs: number | undefined;

  const unknown = (what: string, cause?: unknown): SendOutcome => ({
    kind: "unknown",
    error: new ZalouserError("SEND_UNCONFIRMED", what, { accountId, cause }),
  });

  async function runOne(threadKey: string, task: SendTask, signal: AbortSignal): Promise<SendOutcome> {
    inFlightSinceMs = clock.now();
    pacing.began(threadKey, inFlightSinceMs);
    const attempt = (async () => await task(signal))().catch((error: unknown) =>
      unknown("The send ended unexpectedly.", error),
    );
    const lost = waitFor(options.abandoned);
    const outcome = await Promise.race([
      attempt,
      lost.fired.then(() => unknown("The send was still running when the gateway stopped.")),
    ]);
    lost.forget();
    inFlightSinceMs = undefined;
    pacing.ended(outcome, clock.now());
    return outcome;
  }

  /** The pause between two parts; ends early when the rest will not be sent anyway. */
  async function pause(threadKey: string, ends: AbortSignal, notBeforeMs = clock.now()): Promise<void> {
    while (!ends.aborted) {
      const delayMs = Math.max(notBeforeMs, pacing.readyAtMs(threadKey)) - clock.now();
      if (delayMs <= 0) return;
      const early = waitFor(ends);
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = clock.setTimeout(resolve, delayMs);
      await Promise.race([promise, early.fired]);
      cancel();
      early.forget();
    }
  }

  /** A part behind others that are out already: giving it up would cut the message off, so what surely failed is tried again. */
  async function runLater(
    threadKey: string,
    task: SendTask,
    stop: AbortSignal,
    ends: AbortSignal,
  ): Promise<SendOutcome> {
    await pause(threadKey, ends);
    if (ends.aborted) return unsentBecause("SEND_STOPPED", "The rest of the message was not sent.", accountId);
    let outcome = await runOne(threadKey, task, stop);
    for (const pauseMs of retryPausesMs) {
      if (outcome.kind !== "unsent" || !passing.has(outcome.error.code)) break;
      await pause(threadKey, ends, clock.now() + pauseMs);
      if (ends.aborted) break;
      outcome = await runOne(threadKey, task, stop);
    }
    return outcome;
  }

  return {
    async run(threadKey, tasks, signal) {
      const own = signal === undefined ? [] : [signal];
      const stop = AbortSignal.any([...own, options.stopping]);
      const ends = AbortSignal.any([...own, closing]);
      const outcomes: SendOutcome[] = [];
      for (const task of tasks) {
        const outcome =
          outcomes.length === 0 ? await runOne(threadKey, task, stop) : await runLater(threadKey, task, stop, ends);
        outcomes.push(outcome);
        if (outcome.kind !== "sent") break;
      }
      return outcomes;
    },
    inFlightSinceMs: () => inFlightSinceMs,
  };
}

function waitFor(signal: AbortSignal): { readonly fired: Promise<void>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  return { fired: promise, forget: () => signal.removeEventListener("abort", onAbort) };
}
