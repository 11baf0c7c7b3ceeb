import { createChannelHistoryWindow, type HistoryEntry } from "openclaw/plugin-sdk/reply-history";
import type { AccountRun } from "./account-run.js";
import type { Route } from "./decide.js";
import type { TurnLifecycle } from "./dispatch.js";
import type { TurnMessage } from "./turn-message.js";

const DEFAULT_HISTORY_LIMIT = 50;

/** What was said before a message and nobody had to answer. */
export interface SkippedContext {
  /** The message with what was skipped written before it. */
  around(currentMessage: string, formatEntry: (entry: HistoryEntry) => string): string;
  /** The same as the host's facts about a message. */
  history(): { readonly inboundHistory?: HistoryEntry[] };
  /** Empties it; the returned function puts all of it back, before what was skipped since. */
  take(): () => void;
}

/** Keeps a message nobody had to answer as context of the next addressed one. */
export function rememberSkipped(run: AccountRun, message: TurnMessage, route: Route): void {
  if (message.text.trim() === "") return;
  createChannelHistoryWindow({ historyMap: run.skippedInGroups }).record({
    historyKey: contextKey(message, route),
    limit: historyLimit(run),
    entry: {
      sender: message.senderName ?? message.senderId,
      body: message.text,
      timestamp: message.atMs,
      messageId: message.messageId,
    },
  });
}

export function skippedBefore(run: AccountRun, message: TurnMessage, route: Route): SkippedContext {
  const kept = run.skippedInGroups;
  const history = createChannelHistoryWindow({ historyMap: kept });
  const window = { historyKey: contextKey(message, route), limit: historyLimit(run) };
  const { historyKey, limit } = window;
  const applies = (message.isGroup || kept.has(historyKey)) && limit > 0;
  return {
    around: (currentMessage, formatEntry) =>
      applies ? history.buildPendingContext({ ...window, currentMessage, formatEntry }) : currentMessage,
    history() {
      const inboundHistory = applies ? history.buildInboundHistory(window) : undefined;
      return inboundHistory === undefined ? {} : { inboundHistory };
    },
    take() {
      const taken = applies ? (kept.get(historyKey) ?? []) : [];
      if (applies) history.clear(window);
      return () => {
        if (taken.length > 0) kept.set(historyKey, [...taken, ...(kept.get(historyKey) ?? [])].slice(-limit));
      };
    },
  };
}

/**
 * Takes the context for a turn, before it and not after it: what is said meanwhile belongs to the next one. Until the
 * host owns the turn it can be given back, and a turn the host abandons gives it back itself: it comes again.
 */
export function lendSkipped(context: SkippedContext, lifecycle: TurnLifecycle) {
  const putBack = context.take();
  let settled = false;
  const giveBack = (): void => {
    if (!settled) putBack();
    settled = true;
  };
  return {
    giveBack,
    lifecycle: {
      ...lifecycle,
      onAdopted: async () => {
        await lifecycle.onAdopted();
        settled = true;
      },
      onAbandoned: () => {
        giveBack();
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
