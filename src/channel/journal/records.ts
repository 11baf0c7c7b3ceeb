import type { ChannelIngressQueueClaim } from "openclaw/plugin-sdk/channel-outbound";
import type { Claim } from "./claims.js";
import type { JournalMetadata, JournalPayload, RowHead } from "./entry.js";

/** Only a claim carries the payload: lists of thousands of rows must not hold their texts. */
export type StoredPayload = JournalPayload | undefined;
export type JournalClaim = ChannelIngressQueueClaim<StoredPayload, JournalMetadata>;

export interface QueueNames {
  readonly channelId: string;
  readonly accountId: string;
  readonly queueName: string;
}

/** A row in the host's words, without its payload. */
export function toRecord(names: QueueNames, head: RowHead) {
  return {
    ...names,
    id: head.id,
    laneKey: head.lane,
    payload: undefined,
    receivedAt: head.receivedMs,
    updatedAt: head.changedMs,
    attempts: head.attempts,
    ...(head.lastAttemptMs === undefined ? {} : { lastAttemptAt: head.lastAttemptMs }),
    ...(head.lastError === undefined ? {} : { lastError: head.lastError }),
  };
}

export function toClaim(
  names: QueueNames,
  { head, token, ownerId, claimedMs, recovered }: Claim,
  payload: StoredPayload,
): JournalClaim {
  return {
    ...toRecord(names, head),
    payload,
    metadata: {
      recovered,
      ...(head.reader === undefined ? {} : { reader: head.reader }),
      ...(head.begun === 0 ? {} : { deaths: head.begun }),
    },
    claim: { token, ownerId, claimedAt: claimedMs },
  };
}

export function toCompleted(names: QueueNames, head: RowHead) {
  return { ...names, id: head.id, completedAt: head.changedMs };
}

export function toFailed(names: QueueNames, head: RowHead) {
  return {
    ...toRecord(names, head),
    failedAt: head.changedMs,
    reason: head.failedReason ?? "failed",
    ...(head.lastError === undefined ? {} : { message: head.lastError }),
  };
}
