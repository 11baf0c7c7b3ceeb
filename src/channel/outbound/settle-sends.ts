import type { Target } from "../../policy/index.js";
import { earlierSendsGone, sendLedgerOf } from "./ledgers.js";
import { matchSends, type UnknownSend } from "./match-sends.js";
import { lookAt, type NoLook } from "./read-back.js";
import type { LedgerEntry } from "./ledger-entry.js";
import type { SendLedger } from "./send-ledger.js";
import type { Sender } from "./senders.js";

/** A call that was started and is nobody's child any more would have ended by then on its own. */
const longestCallMs = 15 * 60_000;
/** How soon after its start the call of a killed gateway is judged: sooner, the conversation would not show it yet. */
const restMs = 20_000;
const consideredMs = 24 * 60 * 60_000;

/**
 * Looks once at a conversation's history and writes into the ledger what became of its open sends. The caller holds the
 * queue's turn, so no call of this process can be the author of what is seen. Gives the reason when nothing could be seen.
 */
export async function settleSends(
  { zca, queue }: Sender,
  target: Target,
  signal: AbortSignal,
): Promise<NoLook | undefined> {
  const { accountId } = zca;
  const thread = `${target.kind}:${target.id}`;
  const ledger = sendLedgerOf(accountId);
  const nowMs = Date.now();
  const goneMs = await earlierSendsGone(accountId).catch(() => undefined);
  if (goneMs === undefined) return { why: "what an earlier gateway left running could not be looked at", passes: true };
  const open = ledger.open(nowMs - consideredMs, thread);
  const judged = open.flatMap((entry) => unknownSend(entry, ledger, goneMs, nowMs));
  if (judged.length === 0)
    return open.length === 0 ? undefined : { why: "the send has only just been started", passes: true };
  const look = await lookAt(zca, target, signal);
  if ("why" in look) return look;
  const verdicts = matchSends(judged, look.rows, (id) => ledger.isOurs(id, target.id));
  for (const entry of open) {
    const verdict = verdicts.get(entry.id);
    if (verdict?.kind === "sent") ledger.end(entry, { kind: "sent", messageIds: [verdict.messageId] });
    if (verdict?.kind !== "not-sent") continue;
    ledger.end(entry, { kind: "unsent" });
    queue.neverSaid(thread, entry.hash);
  }
  return undefined;
}

function unknownSend(entry: LedgerEntry, ledger: SendLedger, goneMs: number, nowMs: number): UnknownSend[] {
  const { id, hash, startedAtMs, endedAtMs } = entry;
  if (endedAtMs !== undefined) return [{ id, hash, startedAtMs, deadByMs: endedAtMs }];
  // A call of this run without an end is still running.
  if (entry.run === ledger.run || nowMs < startedAtMs + restMs) return [];
  return [{ id, hash, startedAtMs, deadByMs: Math.min(goneMs, startedAtMs + longestCallMs) }];
}
