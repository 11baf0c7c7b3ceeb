import { createChannelReplayGuard, type ChannelReplayClaimHandle } from "openclaw/plugin-sdk/persistent-dedupe";
import type { InboundMessage } from "../../zca/index.js";
import { CHANNEL_ID } from "../channel-id.js";
import type { AccountRun } from "./account-run.js";

/** Zalo repeats messages after a reconnect, within hours; a week costs little and covers a long night. */
const REMEMBERED_MS = 7 * 24 * 60 * 60 * 1000;

export interface ReplayGuard {
  /** Undefined: seen before, under any of the message's ids. */
  claim(message: InboundMessage): Promise<ChannelReplayClaimHandle | undefined>;
}

/** Remembers handled messages across restarts in the host's store, which both trust worlds have. */
export function openReplayGuard(run: AccountRun): ReplayGuard {
  const guard = createChannelReplayGuard<InboundMessage>({
    dedupe: {
      pluginId: CHANNEL_ID,
      ttlMs: REMEMBERED_MS,
      memoryMaxSize: 5_000,
      stateMaxEntries: 20_000,
      onDiskError: (error) =>
        run.log.warn(
          `the record of handled messages failed: ${error instanceof Error ? error.message : String(error)}`,
        ),
    },
    buildReplayKey: (message) => [message.eventKey, ...message.altKeys],
    namespace: () => run.accountId,
  });
  return {
    async claim(message) {
      const result = await guard.claim(message);
      return result.kind === "claimed" ? result.handle : undefined;
    },
  };
}
