import type { Clock } from "../../supervisor/index.js";
import type { SendOutcome } from "./outcome.js";
import { restoredPace, windowMs, type PaceStore } from "./pace-record.js";
import type { PacingSettings } from "./pacing-settings.js";

export interface Pacing {
  /** The first moment at which a call to this conversation may start. */
  readyAtMs(threadKey: string, repeatKey?: string): number;
  /** Until when this text must not be said to this conversation again; in the past when it may. */
  repeatableAtMs(threadKey: string, repeatKey: string | undefined): number;
  began(threadKey: string, repeatKey?: string): void;
  /** Without an outcome the call was none that sends. */
  ended(outcome: SendOutcome | undefined): void;
  repeatMs(): number;
  /** What was taken for said proved not to be. */
  neverSaid(threadKey: string, repeatKey: string): void;
  /** Changes the pace from now on; what was sent still counts. */
  change(settings: PacingSettings): void;
  /** End of the current rest, when there is one. */
  cooldownUntilMs(): number | undefined;
  /** The last pauses kept between calls, oldest first. */
  gapsMs(): readonly number[];
}

export interface PacingParts {
  readonly clock: Clock;
  /** Random in [0, 1). */
  readonly random: () => number;
  /** Default: forgotten with the process. */
  readonly store?: PaceStore | undefined;
  /** A rest begins that lasts until then. */
  readonly onRest?: ((untilMs: number) => void) | undefined;
}

const keptGaps = 20;

export function createPacing(initial: PacingSettings, { clock, random, store, onRest }: PacingParts): Pacing {
  let settings = initial;
  /** The clock as it was last seen. */
  let seenMs = clock.now();
  let { coolUntilMs, nextCooldownMs, starts } = restoredPace(store?.read(), seenMs, settings);
  const gaps: number[] = [];
  let lastThread: string | undefined;
  // When the last call of an earlier process ended is not known; it began then.
  let lastEndMs = starts.at(-1);
  let roll = lastEndMs === undefined ? 0 : random();
  /** When each text was last said where. */
  const said = new Map<string, number>();
  let saying: string | undefined;

  /** The time. When the clock was set back all moments go with it: seen from here they would lie hours ahead. */
  function now(): number {
    const nowMs = clock.now();
    const backMs = Math.max(0, seenMs - nowMs);
    seenMs = nowMs;
    if (backMs === 0) return nowMs;
    coolUntilMs -= backMs;
    starts = starts.map((at) => at - backMs);
    if (lastEndMs !== undefined) lastEndMs -= backMs;
    for (const [text, atMs] of said) said.set(text, atMs - backMs);
    return nowMs;
  }

  function repeatableAtMs(threadKey: string, repeatKey: string | undefined): number {
    now();
    const lastMs = repeatKey === undefined ? undefined : said.get(`${threadKey}\n${repeatKey}`);
    return lastMs === undefined ? Number.NEGATIVE_INFINITY : lastMs + settings.repeatMs;
  }

  function gapMs(threadKey: string): number {
    return threadKey === lastThread
      ? Math.round(settings.sameConversationMs * (1 + roll / 2))
      : Math.round(settings.otherConversationMs * (1 + roll));
  }

  const save = () => store?.write({ coolUntilMs, nextCooldownMs, starts });

  return {
    repeatableAtMs,
    repeatMs: () => settings.repeatMs,
    neverSaid: (threadKey, repeatKey) => void said.delete(`${threadKey}\n${repeatKey}`),
    readyAtMs(threadKey, repeatKey) {
      const moments = [repeatableAtMs(threadKey, repeatKey), coolUntilMs];
      if (lastEndMs !== undefined) moments.push(lastEndMs + gapMs(threadKey));
      const leaving = starts.at(-settings.perMinute);
      // One past the window: calls at both of its ends would be one too many.
      if (leaving !== undefined) moments.push(leaving + windowMs + 1);
      return Math.max(...moments);
    },
    began(threadKey, repeatKey) {
      const nowMs = now();
      if (lastEndMs !== undefined) gaps.push(nowMs - lastEndMs);
      if (gaps.length > keptGaps) gaps.shift();
      starts = [...starts.filter((at) => at >= nowMs - windowMs), nowMs];
      lastThread = threadKey;
      for (const [text, atMs] of said) if (atMs + settings.repeatMs <= nowMs) said.delete(text);
      saying = repeatKey === undefined ? undefined : `${threadKey}\n${repeatKey}`;
      if (saying !== undefined) said.set(saying, nowMs);
      save();
    },
    ended(outcome) {
      const nowMs = now();
      lastEndMs = nowMs;
      roll = random();
      if (outcome === undefined) return;
      // What was never said does not repeat.
      if (outcome.kind === "unsent" && saying !== undefined) said.delete(saying);
      if (outcome.kind === "sent" && nextCooldownMs !== settings.cooldownMs) {
        nextCooldownMs = settings.cooldownMs;
        save();
      }
      if (outcome.kind !== "unsent" || outcome.error.code !== "ZCA_RATE_LIMITED") return;
      coolUntilMs = nowMs + nextCooldownMs;
      nextCooldownMs = Math.min(nextCooldownMs * 2, settings.cooldownMaxMs);
      save();
      onRest?.(coolUntilMs);
    },
    change: (changed) => {
      settings = changed;
    },
    cooldownUntilMs: () => (now() < coolUntilMs ? coolUntilMs : undefined),
    gapsMs: () => [...gaps],
  };
}
