import path from "node:path";
import { PlatformMessageNotDispatchedError } from "openclaw/plugin-sdk/error-runtime";
import { z } from "zod";
import { type Clock, systemClock } from "../../supervisor/index.js";
import { openSlot } from "../account/slot.js";
import { accountFolder } from "../account/state.js";

/** Answers the host has us deliver that were begun and are not known to have ended, oldest first. Times in ms since the epoch. */
const deliveries = z
  .array(
    z.object({
      delivery: z.string(),
      thread: z.string(),
      beganMs: z.number(),
      /** Whether it arrived is not known, and could not be found out at once. */
      unknown: z.boolean().optional(),
      /** Since when a turn has waited for it; a restart begins no new wait. */
      waitedMs: z.number().optional(),
      /** It was waited for in vain. */
      passedMs: z.number().optional(),
    }),
  )
  .readonly();

export type Unfinished = z.infer<typeof deliveries>[number];

export interface Delivery {
  /** The host's id. */
  readonly delivery: string;
  /** `user:<id>` or `group:<id>`. */
  readonly thread: string;
  /** The turn it answers is running; anything else the host keeps on trying whatever is said meanwhile. */
  readonly isAnswer: boolean;
}

/** The host has let a delivery go by then, one way or the other. */
const keptMs = 24 * 60 * 60_000;
const keptDeliveries = 200;
/** The host's tries lie 5 s to 10 minutes apart; after as long as all of them nobody tries any more. */
const triedMs = 20 * 60_000;

/** What the disk did not take, by file. */
const unsaved = new Map<string, readonly Unfinished[]>();
/** What is on its way right now, by file and id. */
const inFlight = new Map<string, number>();
const waiting = new Set<() => void>();

/**
 * Runs one send of a delivery and remembers the delivery until a send of it succeeds. What fails, or was cut off by the
 * end of the gateway, the host tries again, but only until the agent's next answer in the same conversation: from then on
 * it takes the earlier one for outdated and drops it without a word. So the next turn has to wait for it.
 */
export async function whileDelivering<T>(accountId: string, delivery: Delivery, send: () => Promise<T>): Promise<T> {
  const key = keyOf(accountId, delivery.delivery);
  inFlight.set(key, (inFlight.get(key) ?? 0) + 1);
  if (delivery.isAnswer) begin(accountId, delivery);
  try {
    const result = await send();
    finishDelivery(accountId, delivery.delivery);
    return result;
  } catch (error) {
    const isUnsent = error instanceof PlatformMessageNotDispatchedError;
    if (isUnsent && !error.retryable) finishDelivery(accountId, delivery.delivery);
    else change(accountId, [delivery], { unknown: !isUnsent });
    throw error;
  } finally {
    const left = (inFlight.get(key) ?? 1) - 1;
    if (left === 0) inFlight.delete(key);
    else inFlight.set(key, left);
    for (const look of waiting) look();
  }
}

/** It is out as a whole, or the host has given it up and that was told. */
export function finishDelivery(accountId: string, delivery: string): void {
  const known = read(accountId);
  const left = known.filter((one) => one.delivery !== delivery);
  if (left.length < known.length) write(accountId, left);
  for (const look of waiting) look();
}

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/** Three of the host's tries, and more than the minute for which it leaves a delivery to a gateway that died. */
const waitLimitMs = 3 * 60_000;
/** Most likely it has arrived, and two of the host's looks are over by then. */
const unknownWaitLimitMs = 60_000;

/**
 * Waits until nothing that was begun earlier for a conversation is left for the host to try again. Gives what is left all
 * the same when the time is over: the host is going to drop it, and status tells from then on.
 */
export async function earlierDeliveries(
  accountId: string,
  thread: string,
  { signal, clock = systemClock }: WaitOptions = {},
): Promise<readonly Unfinished[]> {
  const startMs = clock.now();
  const isFlying = (one: Unfinished) => isInFlight(accountId, one);
  const pending = () => open(accountId, clock.now()).filter((one) => one.thread === thread);
  const untilMs = (one: Unfinished) => {
    // A crash would leave it to the host.
    if (isFlying(one)) return startMs + waitLimitMs;
    return (one.waitedMs ?? clock.now()) + (one.unknown === true ? unknownWaitLimitMs : waitLimitMs);
  };
  if (pending().length === 0) return [];
  await new Promise<void>((resolve) => {
    let cancel = () => {};
    const end = () => {
      cancel();
      waiting.delete(look);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const look = () => {
      cancel();
      const found = pending();
      const fresh = found.filter((one) => !isFlying(one) && one.waitedMs === undefined);
      if (fresh.length > 0) change(accountId, fresh, { waitedMs: clock.now() });
      const leftMs = Math.max(0, ...found.map((one) => untilMs(one) - clock.now()));
      if (leftMs === 0) end();
      else cancel = clock.setTimeout(look, leftMs);
    };
    waiting.add(look);
    signal?.addEventListener("abort", end);
    if (signal?.aborted === true) end();
    else look();
  });
  const left = signal?.aborted === true ? [] : pending().filter((one) => !isFlying(one));
  if (left.length > 0) change(accountId, left, { passedMs: clock.now() });
  return left;
}

/** Deliveries that nobody will finish any more, as far as can be told, for status. */
export function abandonedDeliveries(accountId: string, nowMs: number): readonly Unfinished[] {
  return kept(accountId, nowMs).filter(
    (one) => !isInFlight(accountId, one) && (one.passedMs !== undefined || one.beganMs < nowMs - triedMs),
  );
}

/** What is on its way, and what the host may still try again. */
function open(accountId: string, nowMs: number): readonly Unfinished[] {
  return kept(accountId, nowMs).filter(
    (one) => isInFlight(accountId, one) || (one.passedMs === undefined && one.beganMs >= nowMs - triedMs),
  );
}

function kept(accountId: string, nowMs: number): readonly Unfinished[] {
  return read(accountId).filter(({ beganMs }) => beganMs > nowMs - keptMs);
}

function begin(accountId: string, { delivery, thread }: Delivery): void {
  const nowMs = Date.now();
  const known = read(accountId);
  if (known.some((one) => one.delivery === delivery)) return;
  const fresh = known.filter(({ beganMs }) => beganMs > nowMs - keptMs);
  write(accountId, [...fresh, { delivery, thread, beganMs: nowMs }].slice(-keptDeliveries));
}

function change(
  accountId: string,
  which: readonly { readonly delivery: string }[],
  what: Partial<Pick<Unfinished, "unknown" | "waitedMs" | "passedMs">>,
): void {
  const changed = new Set(which.map(({ delivery }) => delivery));
  const known = read(accountId);
  if (!known.some(({ delivery }) => changed.has(delivery))) return;
  write(
    accountId,
    known.map((one) => (changed.has(one.delivery) ? { ...one, ...what } : one)),
  );
}

function isInFlight(accountId: string, { delivery }: Unfinished): boolean {
  return inFlight.has(keyOf(accountId, delivery));
}

function read(accountId: string): readonly Unfinished[] {
  const slot = slotOf(accountId);
  return unsaved.get(slot.path) ?? slot.read() ?? [];
}

function write(accountId: string, next: readonly Unfinished[]): void {
  const slot = slotOf(accountId);
  try {
    slot.write(next);
    unsaved.delete(slot.path);
  } catch {
    // A full disk must not keep an answer from a person; the ledger, which meets the same disk, says so in status.
    unsaved.set(slot.path, next);
  }
}

function slotOf(accountId: string) {
  return openSlot(path.join(accountFolder(accountId), "unfinished.json"), deliveries, accountId);
}

function keyOf(accountId: string, delivery: string): string {
  return `${slotOf(accountId).path}\n${delivery}`;
}
