import type { SendOutcome } from "./outcome.js";

/** How slowly a profile sends: a personal account that writes like a machine is blocked. All in milliseconds. */
export interface PacingSettings {
  /** Least pause between the end of a call and the next one to the same conversation; up to half of it is added. */
  readonly sameConversationMs: number;
  /** Least pause before a call to another conversation; up to as much again is added. */
  readonly otherConversationMs: number;
  /** Calls started within any 60 s. */
  readonly perMinute: number;
  /** Rest after Zalo said "too many"; doubles with each repetition, up to the maximum, until a message goes through. */
  readonly cooldownMs: number;
  readonly cooldownMaxMs: number;
}

export const defaultPacing: PacingSettings = {
  sameConversationMs: 1_000,
  otherConversationMs: 1_500,
  perMinute: 20,
  cooldownMs: 5 * 60_000,
  cooldownMaxMs: 30 * 60_000,
};

export interface Pacing {
  /** The first moment at which a call to this conversation may start. */
  readyAtMs(threadKey: string): number;
  began(threadKey: string, nowMs: number): void;
  ended(outcome: SendOutcome, nowMs: number): void;
  /** Changes the pace from now on; what was sent still counts. */
  change(settings: PacingSettings): void;
  /** End of the current rest, when there is one. */
  cooldownUntilMs(nowMs: number): number | undefined;
  /** The last pauses kept between calls, oldest first. */
  gapsMs(): readonly number[];
}

const windowMs = 60_000;
const keptGaps = 20;

export function createPacing(initial: PacingSettings, random: () => number): Pacing {
  let settings = initial;
  let starts: number[] = [];
  const gaps: number[] = [];
  let lastThread: string | undefined;
  let lastEndMs: number | undefined;
  let roll = 0;
  let coolUntilMs = Number.NEGATIVE_INFINITY;
  let nextCooldownMs = settings.cooldownMs;

  function gapMs(threadKey: string): number {
    return threadKey === lastThread
      ? Math.round(settings.sameConversationMs * (1 + roll / 2))
      : Math.round(settings.otherConversationMs * (1 + roll));
  }

  return {
    readyAtMs(threadKey) {
      const moments = [coolUntilMs];
      if (lastEndMs !== undefined) moments.push(lastEndMs + gapMs(threadKey));
      const leaving = starts.at(-settings.perMinute);
      // One past the window: calls at both of its ends would be one too many.
      if (leaving !== undefined) moments.push(leaving + windowMs + 1);
      return Math.max(...moments);
    },
    began(threadKey, nowMs) {
      if (lastEndMs !== undefined) gaps.push(nowMs - lastEndMs);
      if (gaps.length > keptGaps) gaps.shift();
      starts.push(nowMs);
      starts = starts.filter((at) => at >= nowMs - windowMs);
      lastThread = threadKey;
    },
    ended(outcome, nowMs) {
      lastEndMs = nowMs;
      roll = random();
      if (outcome.kind === "sent") nextCooldownMs = settings.cooldownMs;
      if (outcome.kind !== "unsent" || outcome.error.code !== "ZCA_RATE_LIMITED") return;
      coolUntilMs = nowMs + nextCooldownMs;
      nextCooldownMs = Math.min(nextCooldownMs * 2, settings.cooldownMaxMs);
    },
    change: (changed) => {
      settings = changed;
    },
    cooldownUntilMs: (nowMs) => (coolUntilMs > nowMs ? coolUntilMs : undefined),
    gapsMs: () => [...gaps],
  };
}
