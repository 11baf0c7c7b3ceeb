import type { ChannelIngressMonitorLifecycle } from "openclaw/plugin-sdk/channel-outbound";
import { describeError, ZalouserError } from "../../errors.js";
import type { JournalLine } from "../journal/entry.js";
import type { Journal } from "../journal/journal.js";
import type { AccountRun } from "./account-run.js";

export interface UnjournaledOptions {
  /** Aborted when the account stops. */
  readonly signal: AbortSignal;
  readonly handle: (line: JournalLine, lifecycle: ChannelIngressMonitorLifecycle) => Promise<void>;
}

/** More than a person's account hears in a day. */
const MOST_REMEMBERED = 20_000;

/**
 * Lines the journal took neither on disk nor in memory. Each is handled all the same, once for as long as this run lives:
 * without a row there is nothing to come back to, and a message handled without a net is better than one never heard.
 */
export function openUnjournaled(run: AccountRun, journal: Journal, { signal, handle }: UnjournaledOptions) {
  const taken = new Set<string>();

  function isKnown(keys: readonly string[]): boolean {
    if (keys.some((key) => taken.has(key))) return true;
    try {
      return journal.knows(keys);
    } catch {
      return false;
    }
  }

  function remember(keys: readonly string[]): void {
    for (const key of keys) taken.add(key);
    for (const oldest of taken) {
      if (taken.size <= MOST_REMEMBERED) return;
      taken.delete(oldest);
    }
  }

  function rowless(id: string): ChannelIngressMonitorLifecycle {
    const nothing = () => {};
    return {
      admission: "exclusive",
      abortSignal: signal,
      // Should the journal work again by now, it is to know that this one is done.
      onAdopted: () => journal.queue.complete(id).then(nothing, nothing),
      onDeferred: nothing,
      onAdoptionFinalizing: nothing,
      onAbandoned: nothing,
      onCancelled: nothing,
    };
  }

  return {
    /** Handles a line that could not be journaled, and says why. Never throws. */
    async take(line: JournalLine, failure: unknown): Promise<void> {
      const keys = [line.id, ...line.altKeys];
      const rest = signal.aborted
        ? "the account is stopping, and it was not handled."
        : "it is handled all the same, but a crash of the gateway now would lose it.";
      const what = `A received message could not be journaled (${describeError(failure)}); ${rest}`;
      run.log.error(new ZalouserError("JOURNAL_UNWRITABLE", what, { accountId: run.accountId }).message);
      if (signal.aborted || isKnown(keys)) return;
      remember(keys);
      try {
        await handle(line, rowless(line.id));
      } catch (error) {
        run.log.error(`an inbound message failed: ${describeError(error)}`);
      }
    },
  };
}
