import { catchUpLimits, type Outstanding } from "../../policy/index.js";
import type { Clock, PauseOutcome } from "../../supervisor/index.js";
import type { Ledger } from "./ledger.js";

export interface LaterParts {
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, "coverage">;
  /** Zalo evicted or kicked the account lately: every login more makes it worse. */
  readonly inTrouble: () => boolean;
  /** Does `work` while no listener lives. */
  readonly pauseFor: (work: (signal: AbortSignal) => Promise<void>) => Promise<PauseOutcome<void>>;
  readonly left: () => readonly Outstanding[];
  readonly isListening: () => boolean;
  readonly readGroups: () => void;
  readonly survive: (work: () => Promise<void>) => Promise<void>;
}

export interface Later {
  /** What had to wait gets its turn as soon as a run may begin again. */
  plan(): void;
  cancel(): void;
}

/** A pause renews the connection, which costs a login of its own. */
const PAUSE_SPACING_MS = 30 * 60_000;

/** Times the runs that follow while the account listens: groups as they are, direct conversations in a pause of the listener. */
export function createLater({ clock, ledger, inTrouble, pauseFor, left, ...parts }: LaterParts): Later {
  let lastPauseMs = Number.NEGATIVE_INFINITY;
  let cancel = () => {};

  function plan(): void {
    cancel();
    // The moments before the connection of this very start are looked at with the next renewal.
    const isLeft = left().some(({ isDue, lane }) => isDue || lane.startsWith("group:"));
    if (!isLeft && !inTrouble()) return;
    const dueMs = Math.max(ledger.coverage().lastRunAtMs, clock.now() - catchUpLimits.spacingMs / 2);
    cancel = clock.setTimeout(again, dueMs + catchUpLimits.spacingMs - clock.now());
  }

  function again(): void {
    const nowMs = clock.now();
    lastPauseMs = Math.min(lastPauseMs, nowMs);
    const hasDirect = left().some(({ isDue, lane }) => isDue && lane.startsWith("user:"));
    if (!hasDirect || nowMs - lastPauseMs < PAUSE_SPACING_MS || inTrouble()) return parts.readGroups();
    const pausedMs = lastPauseMs;
    lastPauseMs = nowMs;
    void parts.survive(async () => {
      // The start that follows reads direct conversations back before it listens.
      const { kind } = await pauseFor(async () => undefined);
      if (kind === "done" || !parts.isListening()) return;
      lastPauseMs = pausedMs;
      plan();
    });
  }

  return { plan, cancel: () => cancel() };
}
