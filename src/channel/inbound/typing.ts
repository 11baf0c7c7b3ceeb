import type { Target } from "../../policy/index.js";
import { showTyping, type SendOutcome } from "../../zca/index.js";
import { gesture } from "../outbound/gesture.js";
import type { AccountRun } from "./account-run.js";

/** Zalo shows it for some seconds; each call is a login. */
const BETWEEN_MS = 5_000;

/** When each running account showed it last. */
const shownAt = new WeakMap<AccountRun, number>();

export interface TurnTyping {
  /** Shows it, the first time it is asked in this turn; not within five seconds of the account's last time. */
  start(): Promise<void>;
}

export interface TypingParts {
  readonly now: () => number;
  readonly show: (run: AccountRun, target: Target) => Promise<SendOutcome>;
}

/** "Is typing" for one turn; undefined unless the operator wants it. */
export function typingFor(run: AccountRun, target: Target, parts: TypingParts = systemParts): TurnTyping | undefined {
  if (run.account().settings.typing !== true) return undefined;
  let asked = false;
  return {
    async start() {
      if (asked) return;
      asked = true;
      const nowMs = parts.now();
      const sinceMs = nowMs - (shownAt.get(run) ?? Number.NEGATIVE_INFINITY);
      // A clock that was set back tells nothing.
      if (sinceMs >= 0 && sinceMs < BETWEEN_MS) return;
      shownAt.set(run, nowMs);
      const outcome = await parts.show(run, target);
      if (outcome.kind !== "sent") run.log.debug(`"is typing" was not shown: ${outcome.error.message}`);
    },
  };
}

const systemParts: TypingParts = {
  now: Date.now,
  show: (run, target) =>
    gesture(run.account(), target, {
      kind: "typing",
      make: (zca, signal) => showTyping(zca, { threadId: target.id, isGroup: target.kind === "group" }, signal),
    }),
};
