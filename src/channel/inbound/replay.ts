import { createChannelReplayGuard, type ChannelReplayClaimHandle } from "openclaw/plugin-sdk/persistent-dedupe";
import type { InboundMessage } from "../../zca/index.js";
import { describeError } from "../../errors.js";
import { CHANNEL_ID } from "../channel-id.js";
import type { AccountRun } from "./account-run.js";

/** Zalo repeats messages after a reconnect, within hours; a week costs little and covers a long night. */
const REMEMBERED_MS = 7 * 24 * 60 * 60 * 1000;

export interface ReplayGuard {
  /** Undefined: seen before, under any of the message's ids. */
  claim(message: InboundMessage): Promise<ChannelReplayClaimHandle | undefined>;
}

interface Arrival {
  readonly accountId: string;
  readonly message: InboundMessage;
}

let guard: ReturnType<typeof createChannelReplayGuard<Arrival>> | undefined;
let lastProblem = "";

/**
 * Remembers handled messages across restarts in the host's store, which both trust worlds have. One guard for the whole
 * process: a message that is still being handled when its account restarts is known to the next run, too.
 */
export function openReplayGuard(run: AccountRun): ReplayGuard {
  guard ??= createChannelReplayGuard<Arrival>({
    dedupe: {
      pluginId: CHANNEL_ID,
      ttlMs: REMEMBERED_MS,
      memoryMaxSize: 5_000,
      stateMaxEntries: 20_000,
      onDiskError: (error) => {
        lastProblem = describeError(error);
      },
    },
    buildReplayKey: ({ message }) => keysOf(message),
    namespace: ({ accountId }) => accountId,
  });
  const { claim } = guard;
  return {
    async claim(message) {
      const result = await claim({ accountId: run.accountId, message });
      if (lastProblem !== "") run.log.warn(`the record of handled messages failed: ${lastProblem}`);
      lastProblem = "";
      if (result.kind !== "claimed") return undefined;
      if (result.handle.keys.length === keysOf(message).length) return result.handle;
      // Known under one of its ids: the same message, sent again under another. Its new id is remembered, too.
      await result.handle.commit();
      return undefined;
    },
  };
}

function keysOf({ eventKey, altKeys }: InboundMessage): string[] {
  return [...new Set([eventKey, ...altKeys])];
}
