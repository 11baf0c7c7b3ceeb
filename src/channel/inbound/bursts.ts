import { createChannelInboundDebouncer, shouldDebounceTextInbound } from "openclaw/plugin-sdk/channel-inbound";
import { fanInChannelIngressLifecycles } from "openclaw/plugin-sdk/channel-ingress-runtime";
import {
  bindIngressLifecycleToReplyOptions,
  type ChannelIngressMonitorLifecycle,
} from "openclaw/plugin-sdk/channel-outbound";
import { describeError } from "../../errors.js";
import type { InboundMessage } from "../../zca/index.js";
import { CHANNEL_ID } from "../channel-id.js";
import type { AccountRun } from "./account-run.js";
import type { TurnLifecycle } from "./dispatch.js";

/** A message whose row of the journal is ours until its turn is adopted. */
export interface Held {
  readonly message: InboundMessage;
  readonly lane: string;
  readonly lifecycle: ChannelIngressMonitorLifecycle;
  /** Failed attempts before this one. */
  readonly attempts: number;
}

export interface Bursts {
  /** Takes a message over, in the order of its conversation; its row is settled by what becomes of the turn. */
  add(held: Held): void;
  /** Gives back what still waits for the rest of its burst: the next start begins there. */
  cancel(): void;
}

export interface BurstOptions {
  /** Closes the conversation until the host has the turn; the returned function opens it. */
  readonly closeLane: (lane: string) => () => void;
  readonly handle: (items: readonly Held[], lifecycle: TurnLifecycle) => Promise<void>;
}

/** Long enough for "alo", "bạn ơi", "?" to become one turn, short enough not to feel slow. */
const DEFAULT_DEBOUNCE_MS = 1200;

/** Joins what one person writes within a breath into one turn, which adopts or gives back all its rows. */
export function openBursts(run: AccountRun, { closeLane, handle }: BurstOptions): Bursts {
  const waiting = new Set<string>();
  const keyOf = ({ lane }: Held) => `${run.accountId}:${lane}`;
  const { debouncer } = createChannelInboundDebouncer<Held>({
    cfg: run.cfg(),
    channel: CHANNEL_ID,
    resolveDebounceMs: () => debounceMs(run),
    buildKey: keyOf,
    serializeImmediate: true,
    canAppend: ({ message }, pending) =>
      pending.every(
        (earlier) =>
          earlier.message.senderId === message.senderId &&
          // What happened now and what was read from history are judged by different rules.
          earlier.message.caughtUp?.contextOnly === message.caughtUp?.contextOnly,
      ),
    // After a failure every row is tried by itself: one that poisons its burst then fails alone.
    shouldDebounce: ({ message, attempts }) => attempts === 0 && mayHaveMore(run, message),
    onFlush: (items, createFlush) => {
      const [first] = items;
      const rows = fanInChannelIngressLifecycles(items.map(({ lifecycle }) => lifecycle));
      if (first === undefined || rows.lifecycle === undefined) return createFlush({ dispatch: async () => {} });
      waiting.delete(keyOf(first));
      const openLane = closeLane(first.lane);
      const progress = { adopted: false };
      const flush = createFlush({
        lifecycle: observed(rows.lifecycle, progress, openLane),
        dispatch: async (lifecycle) => {
          try {
            if (lifecycle.abortSignal.aborted) return await rows.cancel();
            await handle(items, bindIngressLifecycleToReplyOptions(lifecycle).turnAdoptionLifecycle);
            // A turn that a stop cut short before the host had it comes again; anything else is done.
            await (lifecycle.abortSignal.aborted ? rows.cancel() : rows.settle());
          } catch (error) {
            if (progress.adopted) throw error;
            // Whatever a stop broke off is no failure of the message: it comes again without an attempt counted.
            if (lifecycle.abortSignal.aborted) return await rows.lifecycle?.onCancelled?.();
            await rows.lifecycle?.onFailed?.(error);
            // What was said after it must not be answered before it.
            debouncer.cancelKey(keyOf(first));
            throw error;
          } finally {
            openLane();
          }
        },
      });
      return flush;
    },
    onCancel: (items) => {
      for (const { lifecycle } of items) void lifecycle.onCancelled?.();
    },
    onError: (error) => run.log.error(`an inbound message failed: ${describeError(error)}`),
  });

  return {
    add(held) {
      if (debouncer.shouldBuffer(held)) waiting.add(keyOf(held));
      debouncer
        .enqueue(held)
        .catch((error: unknown) => run.log.error(`an inbound message failed: ${describeError(error)}`));
    },
    cancel() {
      for (const key of waiting) debouncer.cancelKey(key);
      waiting.clear();
    },
  };
}

/** An album comes as one message for each picture, and what is asked about a picture comes right after it. */
function mayHaveMore(run: AccountRun, { text, media, share }: InboundMessage): boolean {
  if (text.trim() === "") return media.length > 0 || share !== undefined;
  return shouldDebounceTextInbound({ text, cfg: run.cfg() });
}

type RowsLifecycle = NonNullable<ReturnType<typeof fanInChannelIngressLifecycles>["lifecycle"]>;

/** From adoption, or once the host keeps the turn in its own queue, the next one of the conversation may come. */
function observed(rows: RowsLifecycle, progress: { adopted: boolean }, openLane: () => void): RowsLifecycle {
  return {
    ...rows,
    onAdopted: async () => {
      await rows.onAdopted();
      progress.adopted = true;
      openLane();
    },
    onDeferred: () => {
      rows.onDeferred();
      openLane();
    },
  };
}

/** As the config has it now. */
function debounceMs(run: AccountRun): number {
  const inbound = run.cfg().messages?.inbound;
  return inbound?.byChannel?.[CHANNEL_ID] ?? inbound?.debounceMs ?? DEFAULT_DEBOUNCE_MS;
}
