import { DEFAULT_RATE_LIMIT } from "../../config.js";
import { systemClock } from "../../supervisor/index.js";
import { createSendQueue, type PacingSettings, type SendQueue, type Zca } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openZca } from "../account/zca.js";

/** The one door to Zalo of a profile: its zca program and the queue every send passes. */
export interface Sender {
  readonly zca: Zca;
  readonly queue: SendQueue;
}

// Belongs to the process, not to a running account: a config reload must not open a second door to the same session.
const senders = new Map<string, Sender>();

export function senderFor(account: ResolvedAccount): Sender {
  const zca = openZca(account);
  const known = senders.get(account.profile);
  const pacing = pacingOf(account);
  if (known) {
    known.queue.setPacing(pacing);
    return { zca, queue: known.queue };
  }
  const queue = createSendQueue({ accountId: account.accountId, clock: systemClock, random: Math.random, pacing });
  const sender = { zca, queue };
  senders.set(account.profile, sender);
  return sender;
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
  await Promise.all([...senders.values()].map(({ queue }) => queue.close()));
}

/** The sender of a profile if it has sent anything yet; status must not create one. */
export function knownSender(account: ResolvedAccount): Sender | undefined {
  return senders.get(account.profile);
}
