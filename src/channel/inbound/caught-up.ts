import type { Decision } from "./decide.js";
import type { TurnMessage } from "./turn-message.js";

/**
 * What was said while nobody listened and was read back later gets less than a live message: nobody expects an answer
 * any more where the owner has given it, a group only where it named the account, and a stranger no pairing code for
 * words from before. It never gets more.
 */
export function asCaughtUp(message: TurnMessage, decision: Decision, isNamed: () => boolean): Decision {
  const { lines } = message;
  if (!lines.every(({ caughtUp }) => caughtUp !== undefined)) return decision;
  if (decision.kind === "challenge") return { kind: "drop", reason: "caught_up_stranger" };
  if (decision.kind !== "admitted") return decision;
  if (lines.every(({ caughtUp }) => caughtUp?.contextOnly === true)) {
    return { kind: "context", route: decision.route, reason: "owner_answered" };
  }
  // A row has no mentions; the name in the text is all there is to go by.
  if (message.isGroup && !isNamed()) return { kind: "context", route: decision.route, reason: "not_addressed" };
  return decision;
}
