import type { Claim } from "./claims.js";
import type { RowHead } from "./entry.js";
import type { JournalClaim, StoredPayload } from "./queue.js";

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
