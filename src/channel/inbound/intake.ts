import { createChannelIngressMonitor, type ChannelIngressMonitorLifecycle } from "openclaw/plugin-sdk/channel-outbound";
import { screenMessage } from "../../policy/index.js";
import { decodeHistory, decodeMessage, type InboundMessage, type StreamLine } from "../../zca/index.js";
import { describeError, ZalouserError } from "../../errors.js";
import type { Identity } from "../account/identity.js";
import type { JournalLine, JournalMetadata, JournalPayload } from "../journal/entry.js";
import type { Journal } from "../journal/journal.js";
import type { JournalQueue } from "../journal/queue.js";
import type { JournalClaim, StoredPayload } from "../journal/records.js";
import type { AccountRun } from "./account-run.js";
import { openBursts } from "./bursts.js";
import { handleTurn } from "./handle-turn.js";
import { refuseRow, RowRefused } from "./refused-row.js";
import { openUnjournaled } from "./unjournaled.js";

type MessageLine = Extract<StreamLine, { kind: "message" }>;

/** A row of a conversation's history, as catch-up hands it in. */
export interface HistoryLine {
  readonly id: string;
  readonly altKeys: readonly string[];
  readonly lane: string;
  readonly raw: string;
  /** To be known, but no longer to be answered. */
  readonly contextOnly: boolean;
  /** When it was said; milliseconds since the epoch. */
  readonly atMs?: number;
}

export interface Intake {
  /** Takes one message line of the listener; settles when it is journaled, or handled without. Never throws. */
  accept(line: MessageLine): Promise<void>;
  /** Takes one row of history; false when it was not journaled now, as when the message was known already. */
  acceptHistory(line: HistoryLine): Promise<boolean>;
  /** Handles nothing more; what is accepted from now on, or was not adopted by the host, waits for the next start. */
  stop(): Promise<void>;
}

export interface IntakeOptions {
  readonly journal: Journal;
  readonly identity: Identity;
  /** Told once that another person is logged in behind this profile. */
  readonly onForeignReader: (uid: string) => void;
}

/** What is known of a row beside its text. */
type Row = Pick<JournalClaim, "receivedAt" | "attempts" | "metadata">;

/** Retries are timed by the journal; this is how soon one that is due is seen. */
const POLL_MS = 1000;

/**
 * A row the gateway died over so often, the last time with no other suspect in hand, is given up on: one message that
 * nobody answers is worth less than an account that never comes up again.
 */
const MOST_DEATHS = 3;

/** raw line → journal → decode → echo and empty out → burst → decision → host. The journal alone knows duplicates. */
export function openIntake(run: AccountRun, { journal, identity, onForeignReader }: IntakeOptions): Intake {
  const startedAtMs = Date.now();
  const stopping = new AbortController();
  let gaveUp = false;
  journal.beginRun();
  const bursts = openBursts(run, {
    closeLane: (lane) => journal.closeLane(lane),
    handle: (items, lifecycle) => handleTurn(run, items, lifecycle),
  });
  const monitor = createChannelIngressMonitor<JournalLine, JournalPayload, StoredPayload, JournalMetadata>({
    queue: { ...journal.queue, fail: giveUp },
    inspect: ({ id, lane }) => ({ eventId: id, laneKey: lane }),
    payload: {
      version: 1,
      serialize: ({ payload }) => payload,
      deserialize: (payload, { claim }) => ({ id: claim.id, altKeys: [], lane: claim.laneKey ?? claim.id, payload }),
      encode: ({ body }) => body,
      decode: (payload) => {
        if (payload === undefined) throw new RowRefused("unreadable_payload");
        return { version: payload.version, body: payload };
      },
      createClaimError: (kind) => new RowRefused(kind),
    },
    deliver: (line, lifecycle, claim) => take(line, lifecycle, claim),
    pollIntervalMs: POLL_MS,
    // Thirty days or 20,000 handled rows.
    retention: "standard",
    // A look at one's own uid may take longer than a stop may; what it finds out then is given back.
    waitForDeliveryIdleOnStop: false,
    drain: {
      deferredLaneOccupancy: "release",
      resolveNonRetryableFailure: refuseRow,
      formatError: describeError,
      onLog: (message) => run.log.debug(message),
    },
    abortSignal: stopping.signal,
    onError: (error) => run.log.error(`the inbound journal failed: ${describeError(error)}`),
  });
  const unjournaled = openUnjournaled(run, journal, {
    signal: stopping.signal,
    handle: async (line, lifecycle) => {
      await take(line, lifecycle, { receivedAt: Date.now(), attempts: 0 });
    },
  });
  const unlisten = journal.onLaneFree(() => monitor.requestDrain());
  monitor.start();

  /** The first row given up on is logged, as status would tell it; a flood of them must not fill the log. */
  async function giveUp(...[claim, why]: Parameters<JournalQueue["fail"]>): Promise<boolean> {
    const failed = await journal.queue.fail(claim, why);
    if (failed && !gaveUp) {
      gaveUp = true;
      const what = `A received message could not be handled (${why.reason}); further ones are only counted.`;
      run.log.error(new ZalouserError("JOURNAL_UNHANDLED", what, { accountId: run.accountId }).message);
    }
    return failed;
  }

  async function take(line: JournalLine, lifecycle: ChannelIngressMonitorLifecycle, row: Row) {
    const deaths = row.metadata?.deaths ?? 0;
    if (deaths >= MOST_DEATHS) {
      throw new RowRefused("gateway_died", `The gateway died ${deaths} times while it handled this message.`);
    }
    const message = await understand(line.payload, row);
    // Nothing to decide: the row is done.
    if (message === undefined) return undefined;
    if (lifecycle.abortSignal.aborted) {
      await lifecycle.onCancelled?.();
      return { kind: "deferred" as const };
    }
    if (row.attempts === 0) run.activity.noteInbound();
    lifecycle.onDeferred();
    bursts.add({ message, lane: line.lane, lifecycle, attempts: row.attempts });
    return { kind: "deferred" as const };
  }

  /** The message of a row, unless it is none to us. */
  async function understand(payload: JournalPayload, row: Row): Promise<InboundMessage | undefined> {
    const message = decode(payload, run.ownId(), row.receivedAt);
    if ("malformed" in message) {
      run.activity.countMalformed(message.malformed);
      throw new RowRefused(message.malformed);
    }
    const reader = readerOf(message);
    // A row left over by a run before tells who was logged in then, not who is now.
    if (reader !== undefined && row.metadata?.recovered !== true) meet(reader);
    await identity.ready();
    const { threadId, senderId } = message;
    const ownId = run.ownId();
    const isOurs = (uid: string | undefined) => uid === undefined || ownId === undefined || uid === ownId;
    const screened = screenMessage({ ...message, ownId });
    const foreign = !isOurs(reader) || !isOurs(row.metadata?.reader);
    if (!foreign && screened.kind !== "drop") return message;
    const reason = screened.kind === "drop" ? screened.reason : "other_account";
    run.activity.decided({ threadId, senderId, result: "drop", reason });
    return undefined;
  }

  /** Whoever reads our messages is who is logged in. */
  function meet(reader: string): void {
    if (run.ownId() === undefined) identity.learn(reader);
    if (reader === run.ownId()) return;
    onForeignReader(reader);
    // All of this session was written to somebody else.
    journal.discardSince(startedAtMs);
  }

  async function append(line: JournalLine): Promise<"new" | "known" | { readonly failure: unknown }> {
    try {
      if ((await journal.append({ ...line, reader: run.ownId() })) !== "new") return "known";
      monitor.requestDrain();
      return "new";
    } catch (failure) {
      return { failure };
    }
  }

  return {
    async accept({ id, altKeys, lane, raw, record }) {
      const line: JournalLine = { id, altKeys, lane, payload: { version: 1, origin: "stream", raw } };
      const admission = await append(line);
      if (admission === "new") return;
      if (admission !== "known") return unjournaled.take(line, admission.failure);
      const message = decodeMessage(record, { ownId: run.ownId(), receivedAtMs: Date.now() });
      if ("malformed" in message) return;
      const { threadId, senderId } = message;
      run.activity.decided({ threadId, senderId, result: "drop", reason: "duplicate" });
    },
    async acceptHistory({ id, altKeys, lane, raw, contextOnly, atMs }) {
      const payload = { version: 1, origin: "history", raw, contextOnly } as const;
      // What fails here is read back once more; whoever reads it back says so.
      return (await append({ id, altKeys, lane, payload, atMs })) === "new";
    },
    async stop() {
      bursts.cancel();
      stopping.abort();
      unlisten();
      await monitor.stop();
    },
  };
}

/** The one place where a live line and a row of history part. */
function decode(payload: JournalPayload, ownId: string | undefined, receivedAtMs: number) {
  switch (payload.origin) {
    case "stream":
      return decodeMessage(payload.raw, { ownId, receivedAtMs });
    case "history":
      return decodeHistory(payload.raw, { ownId, receivedAtMs, contextOnly: payload.contextOnly });
    default:
      return payload.origin satisfies never;
  }
}

/**
 * Whoever reads a direct message from another person is the logged-in account. A uid that is not ours means another
 * person was logged in behind this profile; nothing of ours may be applied to them.
 */
function readerOf({ isGroup, senderId, threadId, toId }: InboundMessage): string | undefined {
  // On a message of one's own the thread is the other person, and so is `toId`.
  if (isGroup || senderId !== threadId || toId === undefined || toId === senderId) return undefined;
  return toId === "0" ? undefined : toId;
}
