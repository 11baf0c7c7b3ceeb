import type { Target } from "../../policy/index.js";
import type { SendOutcome } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { ZalouserError } from "../../errors.js";
import { supervisorSnapshot } from "../operate/supervisors.js";
import { pausedRefusal } from "../paused/conversations.js";
import { authorOf, wrongUser } from "./authors.js";
import { preparationError } from "./outcome-errors.js";
import { noteRefusal, standingRefusal } from "./refused-session.js";
import { senderFor, type Sender } from "./senders.js";

export interface Gesture {
  /** "typing" is given up when it cannot start within five seconds, or when the answer comes first. */
  readonly kind: "typing" | "proactive";
  make(zca: Sender["zca"], signal: AbortSignal): Promise<SendOutcome>;
}

/**
 * One call that shows something and says nothing, such as "is typing". It passes the door of all sends behind everything
 * that says something, and is not made where it would only cost a login: on a session known to be dead, or without a
 * connection. In a conversation its owner has taken over it would show two of them at work. Never throws.
 */
export async function gesture(account: ResolvedAccount, target: Target, wish: Gesture): Promise<SendOutcome> {
  try {
    const outcome = await pass(account, target, wish);
    if (outcome.kind === "unsent") noteRefusal(account, outcome.error);
    return outcome;
  } catch (cause) {
    return { kind: "unsent", error: preparationError(account.accountId, cause) };
  }
}

async function pass(account: ResolvedAccount, target: Target, wish: Gesture): Promise<SendOutcome> {
  const { accountId } = account;
  const author = authorOf(accountId);
  const threadKey = `${target.kind}:${target.id}`;
  const refusal = (): ZalouserError | undefined => {
    if (supervisorSnapshot(accountId)?.lifecycle !== "ready")
      return new ZalouserError("SEND_NOT_CONNECTED", "The listener is not connected.", { accountId });
    return wrongUser(accountId, author) ?? pausedRefusal(accountId, threadKey) ?? standingRefusal(account);
  };
  const before = refusal();
  if (before) return { kind: "unsent", error: before };
  const { zca, queue } = senderFor(account);
  const [outcome] = await queue.enqueue({
    threadKey,
    kind: wish.kind,
    reads: true,
    tasks: [
      async (signal) => {
        const error = refusal();
        return error ? { kind: "unsent", error } : await wish.make(zca, signal);
      },
    ],
  });
  return outcome ?? { kind: "sent", messageIds: [] };
}
