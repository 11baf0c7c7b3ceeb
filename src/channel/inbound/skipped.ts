import { createChannelHistoryWindow, type HistoryEntry } from "openclaw/plugin-sdk/reply-history";
import type { AccountRun } from "./account-run.js";
import type { Route } from "./decide.js";
import type { TurnLifecycle } from "./dispatch.js";
import { forgetKeptOut } from "./forget-kept-out.js";
import type { Loan } from "./kept-context.js";
import type { TurnMessage } from "./turn-message.js";
import { contextWords } from "./words.js";

const DEFAULT_HISTORY_LIMIT = 50;

/** What was said before a message and nobody had to answer. */
export interface SkippedContext {
  /** The message with what was skipped written before it. */
  around(currentMessage: string, formatEntry: (entry: HistoryEntry) => string): string;
  /** The same as the host's facts about a message. */
  history(): { readonly inboundHistory?: HistoryEntry[] };
  /** Takes it for a turn. */
  take(): Loan;
}

/** Keeps a message nobody had to answer as context of the next addressed one. */
export function rememberSkipped(run: AccountRun, message: TurnMessage, route: Route): void {
  const lines = message.lines
    .map((line) => ({
      eventKey: line.eventKey,
      senderId: line.senderId,
      sender: line.senderName ?? line.senderId,
      body: contextWords(line),
      timestamp: line.atMs,
      messageId: line.messageId ?? line.eventKey,
    }))
    .filter(({ body }) => body.trim() !== "");
  run.context.add(contextKey(message, route), lines, historyLimit(run));
}

/** What was skipped before a message, as far as the rules still let the agent know it. */
export async function skippedBefore(run: AccountRun, message: TurnMessage, route: Route): Promise<SkippedContext> {
  const conversation = contextKey(message, route);
  await forgetKeptOut(run, message, conversation);
  const limit = historyLimit(run);
  const history = createChannelHistoryWindow({
    historyMap: new Map([[conversation, run.context.of(conversation, limit)]]),
  });
  const window = { historyKey: conversation, limit };
  return {
    around: (currentMessage, formatEntry) => history.buildPendingContext({ ...window, currentMessage, formatEntry }),
    history() {
      const inboundHistory = history.buildInboundHistory(window);
      return inboundHistory === undefined ? {} : { inboundHistory };
    },
    take: () => run.context.lend(conversation, limit),
  };
}

/**
 * Takes the context for a turn, before it and not after it: what is said meanwhile belongs to the next one. Until the
 * host owns the turn it can be given back, and a turn the host abandons gives it back itself: it comes again.
 */
export function lendSkipped(context: SkippedContext, lifecycle: TurnLifecycle) {
  const loan = context.take();
  return {
    giveBack: () => loan.giveBack(),
    /** The first answer is there. Without the host having taken the turn it answers a command, which reads no context. */
    async answered() {
      loan.giveBack();
      await lifecycle.onAdopted();
    },
    lifecycle: {
      ...lifecycle,
      onAdopted: async () => {
        await lifecycle.onAdopted();
        loan.settle();
      },
      onAbandoned: () => {
        loan.giveBack();
        return lifecycle.onAbandoned?.();
      },
    } satisfies TurnLifecycle,
  };
}

function historyLimit(run: AccountRun): number {
  return run.account().settings.historyLimit ?? run.cfg().messages?.groupChat?.historyLimit ?? DEFAULT_HISTORY_LIMIT;
}

/** Several people may share a session, but never what one of them wrote to the account alone. */
function contextKey({ isGroup, threadId }: TurnMessage, { sessionKey }: Route): string {
  return isGroup ? sessionKey : `${sessionKey} ${threadId}`;
}
