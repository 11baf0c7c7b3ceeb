import { DEFAULT_RATE_LIMIT } from "../../config.js";
import { systemClock } from "../../supervisor/index.js";
import {
  createSendQueue,
  openzcaHome,
  type PaceStore,
  type PacingSettings,
  type SendQueue,
  type Zca,
} from "../../zca/index.js";
import { closeLedgers } from "./ledgers.js";
import { tellRest, type Rest } from "./rests.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openPace } from "../account/state.js";
import { openZca } from "../account/zca.js";

/** The one door to Zalo of a profile: its zca program and the queue every send passes. */
export interface Sender {
  readonly zca: Zca;
  readonly queue: SendQueue;
}

// Belongs to the process, not to a running account: a config reload must not open a second door to the same session.
const senders = new Map<string, Sender>();
/** Data folders whose gateway is stopping: a door opened there from now on is a closed one. */
const stoppedHomes = new Set<string>();

export function senderFor(account: ResolvedAccount): Sender {
  const zca = openZca(account);
  const door = doorOf(account, zca);
  const known = senders.get(door);
  const pacing = pacingOf(account);
  if (known) {
    known.queue.setPacing(pacing);
    return { zca, queue: known.queue };
  }
  const queue = createSendQueue({
    accountId: account.accountId,
    clock: systemClock,
    random: Math.random,
    pacing,
    paceStore: paceStoreOf(account, zca),
    onRest: (untilMs) => tellRest(account.accountId, untilMs),
  });
  const sender = { zca, queue };
  senders.set(door, sender);
  if (stoppedHomes.has(homeOf(zca))) void queue.close();
  return sender;
}

/** A profile is one session only within its program's data folder. */
function doorOf({ profile }: ResolvedAccount, zca: Zca): string {
  return `${homeOf(zca)}\n${profile}`;
}

function homeOf(zca: Zca): string {
  return openzcaHome(zca.environment("send"));
}

function paceStoreOf({ profile }: ResolvedAccount, zca: Zca): PaceStore {
  const slot = openPace(homeOf(zca), profile);
  return {
    read: () => slot.read(),
    write(record) {
      try {
        slot.write(record);
      } catch {
        return; // The pace holds without it as long as the process lives; a full disk is told by the records of sends.
      }
    },
  };
}

function pacingOf({ settings }: ResolvedAccount): Partial<PacingSettings> {
  const { perMinute, sameConversationMs, otherConversationMs } = settings.rateLimit ?? {};
  return {
    perMinute: perMinute ?? DEFAULT_RATE_LIMIT.perMinute,
    sameConversationMs: sameConversationMs ?? DEFAULT_RATE_LIMIT.sameConversationMs,
    otherConversationMs: otherConversationMs ?? DEFAULT_RATE_LIMIT.otherConversationMs,
  };
}

/**
 * At the end of the gateway: what waits is reported unsent, a call in flight gets three seconds. The closed queues stay:
 * turns still run for a moment, and a fresh queue would be a second, unpaced door.
 */
export async function closeSenders(): Promise<void> {
  stoppedHomes.add(openzcaHome(process.env));
  for (const { zca } of senders.values()) stoppedHomes.add(homeOf(zca));
  await Promise.all([...senders.values()].map(({ queue }) => queue.close()));
  closeLedgers();
}

/**
 * For a gateway that starts again in this process; the new doors keep the pace of the old. At its first start nothing is
 * closed, and something may be on its way: a new door beside that one would let two calls out at once.
 */
export function reopenSenders(): void {
  if (stoppedHomes.size === 0) return;
  senders.clear();
  stoppedHomes.clear();
}

/** The sender of a profile if it has sent anything yet; status must not create one. */
export function knownSender(account: ResolvedAccount): Sender | undefined {
  return senders.get(doorOf(account, openZca(account)));
}

/** The rest a profile keeps now, also one that was imposed on an earlier gateway. */
export function knownRest(account: ResolvedAccount): Rest | undefined {
  const sender = knownSender(account);
  if (sender !== undefined) {
    const { cooldownUntilMs: untilMs, depth } = sender.queue.snapshot();
    return untilMs === undefined ? undefined : { untilMs, waiting: depth };
  }
  const untilMs = openPace(homeOf(openZca(account)), account.profile).read()?.coolUntilMs ?? 0;
  return untilMs > Date.now() ? { untilMs, waiting: 0 } : undefined;
}
