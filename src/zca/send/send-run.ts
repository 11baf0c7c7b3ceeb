import { ZalouserError, type ErrorCode } from "../../errors.js";
import { sleep, type Clock } from "../../supervisor/index.js";
import type { Meanwhile } from "./meanwhile.js";
import type { SendOutcome } from "./outcome.js";
import type { Pacing } from "./pacing.js";

export type SendTask = (signal: AbortSignal) => Promise<SendOutcome>;

/** What is sent where. */
export interface SendErrand {
  /** The conversation; its sends keep their order. */
  readonly threadKey: string;
  /** The parts of one message, in order; nothing comes between them. One `zca` call each. */
  readonly tasks: readonly SendTask[];
  /** For each task what tells its text from others, where repeating it soon would look like spam. */
  readonly repeatKeys?: readonly (string | undefined)[];
  /** What passes by itself is waited for, for minutes: nothing else of the profile leaves meanwhile. */
  readonly persists?: boolean;
  /** The calls send no message, such as reading or "is typing": they keep the pace and count as none. */
  readonly reads?: boolean;
}

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
  /** What may run while a message waits for its next try. */
  readonly meanwhile: Pick<Meanwhile, "open" | "close">;
}

export interface SendRun {
  /**
   * Runs the parts of one message in order and stops after the first that is not `sent`. Where a refusal is certain and
   * passes by itself, a part behind a sent one gets three tries, and each part of what persists gets five; what nobody knows
   * the end of is looked for instead. Never rejects.
   */
  run(errand: SendErrand, signal?: AbortSignal): Promise<readonly SendOutcome[]>;
  inFlightSinceMs(): number | undefined;
}

export function unsentBecause(code: ErrorCode, what: string, accountId: string): SendOutcome {
  return { kind: "unsent", error: new ZalouserError(code, what, { accountId }) };
}

/** For what could not start within its patience. The remedy of a slow pace is a minute; a rest lasts longer. */
export function tooLate(pacing: Pacing, accountId: string): SendOutcome {
  const untilMs = pacing.cooldownUntilMs();
  if (untilMs === undefined) return unsentBecause("SEND_EXPIRED", "The send could not start in time.", accountId);
  const until = new Date(untilMs).toISOString();
  const what = `Zalo refused a message as one too many; nothing is sent before ${until}.`;
  return unsentBecause("ZCA_RATE_LIMITED", what, accountId);
}

interface Part {
  readonly task: SendTask;
  readonly repeatKey: string | undefined;
  /** Before its second try, its third and so on, where it is refused for the moment. */
  readonly retryPausesMs: readonly number[];
}

/** Refusals that pass by themselves. */
const passing: ReadonlySet<ErrorCode> = new Set(["ZCA_RATE_LIMITED", "ZCA_BUSY", "ZCA_NETWORK", "SEND_NOT_CONNECTED"]);
/** After a rate limit the profile's rest is longer. */
const retryPausesMs = [5_000, 20_000];
const persistentPausesMs = [...retryPausesMs, 60_000, 120_000];
/** Most likely it has arrived; the others wait no longer for that. */
const longestLookPauseMs = 60_000;
/** A shorter pause is over before anything else is worth its place. */
const longPauseMs = 4_000;
/** Since the first try; what took longer, such as two rests after rate limits, gets three tries. */
const persistMs = 12 * 60_000;

/** Carries out one message's calls at the pace of its profile. */
export function createSendRun(options: SendRunOptions): SendRun {
  const { clock, pacing, accountId, closing } = options;
  let inFlightSinceMs: number | undefined;

  const unknown = (what: string, cause?: unknown): SendOutcome => ({
    kind: "unknown",
    error: new ZalouserError("SEND_UNCONFIRMED", what, { accountId, cause }),
  });

  async function runOne({ threadKey, reads }: SendErrand, part: Part, signal: AbortSignal): Promise<SendOutcome> {
    const { task, repeatKey } = part;
    inFlightSinceMs = clock.now();
    pacing.began(threadKey, repeatKey);
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
    // What sends no message does not end a rest either; what Zalo refuses as too much begins one all the same.
    pacing.ended(reads === true && outcome.kind !== "unsent" ? undefined : outcome);
    return outcome;
  }

  /** The pause between two parts; ends early when the rest will not be sent anyway. */
  async function pause(
    { threadKey }: SendErrand,
    { repeatKey }: Part,
    ends: AbortSignal,
    atLeastMs = 0,
  ): Promise<void> {
    let leastMs = atLeastMs;
    while (!ends.aborted) {
      const delayMs = Math.max(leastMs, pacing.readyAtMs(threadKey, repeatKey) - clock.now());
      if (delayMs <= 0) return;
      // Waited for once, as a duration: the clock may be set back meanwhile.
      leastMs = 0;
      const isLong = delayMs >= longPauseMs;
      if (isLong) options.meanwhile.open();
      await sleep(clock, delayMs, ends);
      if (isLong) await options.meanwhile.close();
    }
  }

  async function runPart(errand: SendErrand, part: Part, stop: AbortSignal, ends: AbortSignal): Promise<SendOutcome> {
    const lastMs = clock.now() + persistMs;
    let outcome = await runOne(errand, part, stop);
    for (const [index, pauseMs] of part.retryPausesMs.entries()) {
      const next = nextTry(errand, part, outcome, pauseMs);
      if (next === undefined || (index >= retryPausesMs.length && clock.now() > lastMs)) break;
      await pause(errand, next.part, ends, pauseMs);
      if (ends.aborted) break;
      outcome = await runOne(next.errand, next.part, stop);
    }
    return outcome;
  }

  /** A part behind others that are out already: giving it up would cut the message off. */
  async function runLater(errand: SendErrand, part: Part, stop: AbortSignal, ends: AbortSignal): Promise<SendOutcome> {
    await pause(errand, part, ends);
    if (ends.aborted) return unsentBecause("SEND_STOPPED", "The rest of the message was not sent.", accountId);
    return runPart(errand, part, stop, ends);
  }

  return {
    async run(errand, signal) {
      const own = signal === undefined ? [] : [signal];
      const stop = AbortSignal.any([...own, options.stopping]);
      const ends = AbortSignal.any([...own, closing]);
      const outcomes: SendOutcome[] = [];
      for (const [index, task] of errand.tasks.entries()) {
        const part = { task, repeatKey: errand.repeatKeys?.[index], retryPausesMs: pausesFor(errand, index) };
        const outcome = await (index === 0 ? runPart : runLater)(errand, part, stop, ends);
        outcomes.push(outcome);
        if (outcome.kind !== "sent") break;
      }
      return outcomes;
    },
    inFlightSinceMs: () => inFlightSinceMs,
  };
}

function pausesFor({ persists }: SendErrand, index: number): readonly number[] {
  if (persists === true) return persistentPausesMs;
  return index === 0 ? [] : retryPausesMs;
}

/** The call that may mend this outcome after a pause: the part once more, or a look for what became of it. */
function nextTry(errand: SendErrand, part: Part, outcome: SendOutcome, pauseMs: number) {
  if (outcome.kind === "unsent") return passing.has(outcome.error.code) ? { errand, part } : undefined;
  if (outcome.kind === "sent" || outcome.lookAgain === undefined || pauseMs > longestLookPauseMs) return undefined;
  return { errand: { ...errand, reads: true }, part: { ...part, task: outcome.lookAgain, repeatKey: undefined } };
}

function waitFor(signal: AbortSignal): { readonly fired: Promise<void>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  return { fired: promise, forget: () => signal.removeEventListener("abort", onAbort) };
}
