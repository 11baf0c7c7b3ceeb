import { setTimeout as delay } from "node:timers/promises";
import { createChannelInboundDebouncer, shouldDebounceTextInbound } from "openclaw/plugin-sdk/channel-inbound";
import { bindIngressLifecycleToReplyOptions } from "openclaw/plugin-sdk/channel-outbound";
import { KeyedAsyncQueue } from "openclaw/plugin-sdk/core";
import type { ChannelReplayClaimHandle } from "openclaw/plugin-sdk/persistent-dedupe";
import { explainDrop, screenMessage } from "../../policy/index.js";
import { decodeMessage, type InboundMessage, type StreamLine } from "../../zca/index.js";
import { describeError } from "../../errors.js";
import { CHANNEL_ID } from "../channel-id.js";
import type { Identity } from "../account/identity.js";
import type { AccountRun } from "./account-run.js";
import { challenge } from "./challenge.js";
import { decide } from "./decide.js";
import { dispatch, rememberSkipped, type TurnLifecycle } from "./dispatch.js";
import { openReplayGuard } from "./replay.js";
import { toTurnMessage, type TurnMessage } from "./turn-message.js";

/** Long enough for "alo", "bạn ơi", "?" to become one turn, short enough not to feel slow. */
const DEFAULT_DEBOUNCE_MS = 1200;

interface Pending {
  readonly message: InboundMessage;
  readonly claim: ChannelReplayClaimHandle;
}

type MessageLine = Extract<StreamLine, { kind: "message" }>;

export interface Intake {
  /** Takes one message line of the listener. Never throws; a poison line fails alone. */
  accept(line: MessageLine): Promise<void>;
  /** Hands on at once what still waits for the rest of its burst, as a stop must not lose it. */
  flush(): Promise<void>;
}

/** A stop has about five seconds in all; a turn the host has not taken over by then is taken over without us. */
const FLUSH_LIMIT_MS = 1500;

/**
 * raw line → decode → echo, empty, duplicate out → burst → decision → host. A durable journal of raw lines will sit in
 * front of `accept`; nothing behind it remembers anything across a crash but the replay guard.
 */
export function openIntake(run: AccountRun, identity: Identity, onForeignReader: (uid: string) => void): Intake {
  const replays = openReplayGuard(run);
  const lanes = new KeyedAsyncQueue();
  /** Lines that wait for the rest of their burst, by conversation. */
  const buffered = new Map<string, number>();
  const keyOf = ({ message }: Pending) => `${run.accountId}:${message.threadId}`;
  const { debouncer } = createChannelInboundDebouncer<Pending>({
    cfg: run.cfg(),
    channel: CHANNEL_ID,
    ...debounceOverride(run),
    buildKey: keyOf,
    canAppend: ({ message }, pending) => pending.every((earlier) => earlier.message.senderId === message.senderId),
    shouldDebounce: ({ message }) =>
      shouldDebounceTextInbound({ text: message.text, cfg: run.cfg(), hasMedia: message.media.length > 0 }),
    onFlush: (items, createFlush) => {
      for (const item of items) count(buffered, keyOf(item), -1);
      return createFlush({
        dispatch: (lifecycle) =>
          settle(items, (commit) =>
            handle(
              run,
              items,
              rememberOnAdoption(bindIngressLifecycleToReplyOptions(lifecycle).turnAdoptionLifecycle, commit),
            ),
          ),
      });
    },
    onError: (error) => run.log.error(`an inbound message failed: ${describeError(error)}`),
  });

  async function take(line: MessageLine): Promise<void> {
    const message = decodeMessage(line.record, { ownId: run.ownId(), receivedAtMs: Date.now() });
    if ("malformed" in message) return run.activity.countMalformed(message.malformed);
    const reader = readerOf(message);
    if (reader !== undefined && run.ownId() === undefined) identity.learn(reader);
    if (reader !== undefined && reader !== run.ownId()) return onForeignReader(reader);
    await identity.ready();
    const { threadId, senderId } = message;
    const screened = screenMessage({ ...message, ownId: run.ownId() });
    if (screened.kind === "drop")
      return run.activity.decided({ threadId, senderId, result: "drop", reason: screened.reason });
    const claim = await replays.claim(message);
    if (claim === undefined) return run.activity.decided({ threadId, senderId, result: "drop", reason: "duplicate" });
    run.activity.noteInbound();
    const item = { message, claim };
    if (debouncer.shouldBuffer(item)) count(buffered, keyOf(item), 1);
    await debouncer.enqueue(item);
  }

  return {
    // In order within a conversation, whatever each step takes; other conversations in parallel.
    accept: (line) =>
      lanes
        .enqueue(line.lane, () => take(line))
        .catch((error: unknown) => run.log.error(`an inbound line failed: ${describeError(error)}`)),
    async flush() {
      const flushed = Promise.all([...buffered.keys()].map((key) => debouncer.flushKey(key)));
      await Promise.race([flushed, delay(FLUSH_LIMIT_MS, undefined, { ref: false })]);
    },
  };
}

async function handle(run: AccountRun, items: readonly Pending[], lifecycle: TurnLifecycle): Promise<void> {
  const [first, ...rest] = items.map((item) => item.message);
  if (first === undefined) return;
  const message = toTurnMessage([first, ...rest]);
  const decision = await decide(run, message);
  const about = { threadId: message.threadId, senderId: message.senderId };
  switch (decision.kind) {
    case "challenge":
      run.activity.decided({ ...about, result: "challenge", reason: "dm_policy_pairing" });
      return challenge(run, message);
    case "context":
      run.activity.decided({ ...about, result: "context", reason: decision.reason });
      return rememberSkipped(run, message, decision.route);
    case "drop":
      run.activity.decided({
        ...about,
        result: "drop",
        reason: decision.reason,
        ...(decision.configPath === undefined ? {} : { configPath: decision.configPath }),
      });
      return reportDrop(run, message, decision.reason, decision.configPath);
    case "admitted":
      run.activity.decided({ ...about, result: "admitted", reason: "allowed" });
      return dispatch(run, message, decision, lifecycle);
    default:
      return decision satisfies never;
  }
}

/** A handled message is remembered, whatever became of it; one that failed before that may come again. */
async function settle(items: readonly Pending[], work: (commit: () => Promise<void>) => Promise<void>): Promise<void> {
  let committed: Promise<void> | undefined;
  const commit = () => (committed ??= Promise.all(items.map(({ claim }) => claim.commit())).then(() => undefined));
  try {
    await work(commit);
  } catch (error) {
    if (committed === undefined) for (const { claim } of items) claim.release({ error });
    throw error;
  }
  await commit();
}

/** From adoption on the host owns the turn and recovers it after a crash; answering it anew would answer it twice. */
function rememberOnAdoption(lifecycle: TurnLifecycle, commit: () => Promise<void>): TurnLifecycle {
  return {
    ...lifecycle,
    onAdopted: async () => {
      await commit();
      await lifecycle.onAdopted();
    },
  };
}

function reportDrop(run: AccountRun, message: TurnMessage, reason: string, configPath: string | undefined): void {
  const why = explainDrop(reason)?.sentence ?? "";
  const where = message.isGroup ? `group ${message.threadId}` : `direct message of ${message.senderId}`;
  run.log.info(
    `dropped (${reason}): ${where}. ${why}${configPath === undefined ? "" : ` ${configPath} decides this.`}`,
  );
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

function count(counts: Map<string, number>, key: string, by: number): void {
  const next = Math.max(0, (counts.get(key) ?? 0) + by);
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}

function debounceOverride(run: AccountRun): { debounceMsOverride?: number } {
  const inbound = run.cfg().messages?.inbound;
  const configured = inbound?.byChannel?.[CHANNEL_ID] ?? inbound?.debounceMs;
  return configured === undefined ? { debounceMsOverride: DEFAULT_DEBOUNCE_MS } : {};
}
