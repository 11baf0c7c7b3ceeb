import type { ChannelIngressQueue, ChannelIngressQueueClaimRef } from "openclaw/plugin-sdk/channel-outbound";
import { CHANNEL_ID } from "../channel-id.js";
import type { Arrivals } from "./arrivals.js";
import type { Claim, Claims } from "./claims.js";
import { readPayload, type JournalLine, type JournalMetadata, type RowHead } from "./entry.js";
import type { HandOut } from "./hand-out.js";
import { openOffers } from "./offers.js";
import { type StoredPayload, toClaim, toCompleted, toFailed, toRecord } from "./records.js";
import type { Rows } from "./rows.js";
import type { Storage } from "./storage.js";
import type { Writes } from "./writes.js";

export type JournalQueue = ChannelIngressQueue<StoredPayload, JournalMetadata>;

export interface QueueParts {
  readonly accountId: string;
  readonly storage: Storage;
  readonly writes: Writes;
  readonly claims: Claims;
  readonly arrivals: Arrivals;
  readonly handOut: HandOut;
  readonly now: () => number;
}

/** The host's ingress queue over our journal: rows are on disk, claims in memory. */
export function createJournalQueue(
  parts: QueueParts,
): JournalQueue & Required<Pick<JournalQueue, "listFailed" | "resubmit" | "refreshClaim">> {
  const { accountId, storage, writes, claims, arrivals, handOut, now } = parts;
  const names = { channelId: CHANNEL_ID, accountId, queueName: JSON.stringify([CHANNEL_ID, accountId]) };
  const offers = openOffers(claims);

  async function take(choose: (rows: Rows) => RowHead | undefined, ownerId = String(process.pid)) {
    const taken = await handOut.take(choose, ownerId);
    return taken === undefined ? null : toClaim(names, taken.claim, taken.payload);
  }

  function payloadOf(rows: Rows, id: string): StoredPayload {
    const head = rows.byId(id);
    return head && readPayload(rows.payload(head.seq));
  }

  /** The row a caller means: by its claim, or by id when nobody has claimed it. */
  function target(
    rows: Rows,
    idOrClaim: string | ChannelIngressQueueClaimRef,
  ): [RowHead, Claim | undefined] | undefined {
    const id = typeof idOrClaim === "string" ? idOrClaim : idOrClaim.id;
    const claim = typeof idOrClaim === "string" ? undefined : claims.held(id, idOrClaim.claim.token);
    if (typeof idOrClaim === "string" ? claims.get(id) !== undefined : claim === undefined) return undefined;
    const head = rows.byId(id);
    return head === undefined ? undefined : [head, claim];
  }

  /** Changes a row and lets go of it once that is on disk. */
  async function change(
    idOrClaim: string | ChannelIngressQueueClaimRef,
    how: (rows: Rows, head: RowHead) => boolean,
  ): Promise<RowHead | undefined> {
    const [head, claim] = await writes.write((rows) => {
      const found = target(rows, idOrClaim);
      return [found !== undefined && how(rows, found[0]) ? found[0] : undefined, found?.[1]] as const;
    });
    if (claim !== undefined) claims.drop(claim);
    return head;
  }

  /** Changes a row for good. */
  async function settle(...told: Parameters<typeof change>): Promise<boolean> {
    const head = await change(...told);
    if (head !== undefined) arrivals.forget(head.id);
    return head !== undefined;
  }

  return {
    async enqueue(id, payload, options = {}) {
      if (payload === undefined) throw new TypeError("A row needs a payload.");
      const { reader } = options.metadata ?? {};
      const line: JournalLine = { id, altKeys: [], lane: options.laneKey ?? id, payload, reader };
      const known = await writes.write((rows) => arrivals.append(rows, line, options.receivedAt ?? now()));
      if (known === undefined) {
        const head = storage.read((rows) => rows.byId(id));
        if (head === undefined) throw new Error("The row just written is gone.");
        return { kind: "accepted", duplicate: false, record: toRecord(names, head) };
      }
      if (known.state === "completed") return { kind: "completed", duplicate: true, record: toCompleted(names, known) };
      if (known.state === "failed") return { kind: "failed", duplicate: true, record: toFailed(names, known) };
      const claim = claims.get(known.id);
      return claim === undefined
        ? { kind: "pending", duplicate: true, record: toRecord(names, known) }
        : {
            kind: "claimed",
            duplicate: true,
            record: toClaim(
              names,
              claim,
              storage.read((rows) => payloadOf(rows, id)),
            ),
          };
    },
    listPending: async ({ limit } = {}) =>
      storage
        .read((rows) => offers.available(rows))
        .slice(0, limit === "all" ? undefined : (limit ?? 100))
        .map((head) => toRecord(names, head)),
    listClaims: async () => claims.all().map((claim) => toClaim(names, claim, undefined)),
    listFailed: async ({ limit } = {}) =>
      storage.read((rows) =>
        rows
          .failed(limit === "all" ? -1 : (limit ?? 100))
          .map((head) => ({ ...toFailed(names, head), payload: readPayload(rows.payload(head.seq)) })),
      ),
    async claimNext({ ownerId, blockedLaneKeys, candidateIds } = {}) {
      const blocked = new Set(blockedLaneKeys);
      return take((rows) => {
        // Candidates come from `listPending`, in its order; looking for the heads again would cost a walk for each claim.
        const offered = candidateIds === undefined ? offers.available(rows) : offers.candidates(rows, candidateIds);
        for (const head of offered) if (!blocked.has(head.lane)) return head;
        return undefined;
      }, ownerId);
    },
    async claim(id, { ownerId } = {}) {
      return take((rows) => {
        const head = rows.byId(id);
        return head?.state === "pending" && offers.mayClaim(head) ? head : undefined;
      }, ownerId);
    },
    async refreshClaim({ id, claim: { token } }, { refreshedAt } = {}) {
      const claim = claims.held(id, token);
      if (claim === undefined) return false;
      claim.claimedMs = refreshedAt ?? now();
      return true;
    },
    async complete(idOrClaim, { completedAt } = {}) {
      const atMs = completedAt ?? now();
      const done = await settle(idOrClaim, (rows, { seq }) => rows.complete(seq, atMs));
      // Told by id alone, it may be a message the journal never saw; it is to be known from now on.
      return (
        done ||
        (typeof idOrClaim === "string" && writes.write((rows) => rows.appendHandled(idOrClaim, idOrClaim, atMs)))
      );
    },
    async release(idOrClaim, { lastError, releasedAt, recordAttempt } = {}) {
      if (recordAttempt !== false) {
        const atMs = releasedAt ?? now();
        return (await change(idOrClaim, (rows, { seq }) => rows.retry(seq, lastError, atMs))) !== undefined;
      }
      const found = storage.read((rows) => target(rows, idOrClaim));
      if (found?.[1] !== undefined) await handOut.giveBack([found[1]]);
      return found !== undefined;
    },
    fail: (idOrClaim, { reason, message, failedAt }) =>
      settle(idOrClaim, (rows, { seq }) => rows.fail(seq, reason, message, failedAt ?? now())),
    async resubmit(id, { resubmittedAt } = {}) {
      const head = storage.read((rows) => rows.byId(id));
      if (head === undefined) return { kind: "not-found" };
      if (head.state === "completed") return { kind: "completed", record: toCompleted(names, head) };
      if (head.state === "pending") return { kind: "active", status: claims.get(head.id) ? "claimed" : "pending" };
      await writes.write((rows) => {
        const { seq } = rows.byId(id) ?? {};
        return seq !== undefined && rows.revive(seq, resubmittedAt ?? now());
      });
      const revived = storage.read((rows) => rows.byId(id)) ?? head;
      return { kind: "resubmitted", record: toRecord(names, revived), previous: toFailed(names, head) };
    },
    delete: (idOrRecord) =>
      settle(isClaimed(idOrRecord) ? idOrRecord : idOf(idOrRecord), (rows, { seq }) => rows.remove(seq)),
    async recoverStaleClaims({ staleMs, now: atMs, shouldRecover } = {}) {
      const cutoff = (atMs ?? now()) - Math.max(0, staleMs ?? 0);
      const stale: Claim[] = [];
      for (const claim of claims.all()) {
        // A closed conversation is still being handled, by a run that has ended; it frees its rows itself.
        if (claim.claimedMs > cutoff || claims.isClosed(claim.head.lane)) continue;
        const record = toClaim(names, claim, undefined);
        if (shouldRecover !== undefined && !(await shouldRecover(record))) continue;
        stale.push(claim);
      }
      await handOut.giveBack(stale);
      return stale.length;
    },
    async prune(limits = {}) {
      const atMs = limits.now ?? now();
      const before = (ttlMs: number | undefined) => (ttlMs === undefined ? undefined : atMs - ttlMs);
      // What waits is never thrown away, whatever the limits say: it has not been answered.
      const removed = await writes.write(
        (rows) =>
          rows.prune({
            state: "completed",
            beforeMs: before(limits.completedTtlMs),
            maxEntries: limits.completedMaxEntries,
          }) +
          rows.prune({ state: "failed", beforeMs: before(limits.failedTtlMs), maxEntries: limits.failedMaxEntries }),
      );
      return removed;
    },
  };
}

function idOf(idOrRecord: string | { readonly id: string }): string {
  return typeof idOrRecord === "string" ? idOrRecord : idOrRecord.id;
}

function isClaimed(value: unknown): value is ChannelIngressQueueClaimRef {
  return typeof value === "object" && value !== null && "claim" in value;
}
