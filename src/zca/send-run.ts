import { ZalouserError, type ErrorCode } from "../errors.js";
import type { Clock } from "../supervisor/index.js";
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
  /** Runs the parts of one message in order and stops after the first that is not `sent`. Never rejects. */
  run(threadKey: string, tasks: readonly SendTask[], signal?: AbortSignal): Promise<readonly SendOutcome[]>;
  inFlightSinceMs(): number | undefined;
}

export function unsentBecause(code: ErrorCode, what: string, accountId: string): SendOutcome {
  return { kind: "unsent", error: new ZalouserError(code, what, { accountId }) };
}

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
  async function pause(threadKey: string, ends: AbortSignal): Promise<void> {
    while (!ends.aborted) {
      const delayMs = pacing.readyAtMs(threadKey) - clock.now();
      if (delayMs <= 0) return;
      const early = waitFor(ends);
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = clock.setTimeout(resolve, delayMs);
      await Promise.race([promise, early.fired]);
      cancel();
      early.forget();
    }
  }

  return {
    async run(threadKey, tasks, signal) {
      const own = signal === undefined ? [] : [signal];
      const stop = AbortSignal.any([...own, options.stopping]);
      const ends = AbortSignal.any([...own, closing]);
      const outcomes: SendOutcome[] = [];
      for (const task of tasks) {
        if (outcomes.length > 0) await pause(threadKey, ends);
        const dropped = outcomes.length > 0 && ends.aborted;
        const outcome = dropped
          ? unsentBecause("SEND_STOPPED", "The rest of the message was not sent.", accountId)
          : await runOne(threadKey, task, stop);
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
