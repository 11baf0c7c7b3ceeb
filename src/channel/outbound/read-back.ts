import path from "node:path";
import { z } from "zod";
import { describeError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import { recentMessages, type HistoryRow, type Zca } from "../../zca/index.js";
import { openSlot } from "../account/slot.js";
import { openAccountState } from "../account/state.js";
import { supervisorOf } from "../operate/supervisors.js";
import type { SeenMessage } from "./match-sends.js";
import { rowHashes } from "./send-print.js";

/** Why there was no look; `passes`: it may be different within a minute. */
export interface NoLook {
  readonly why: string;
  readonly passes: boolean;
}

/** What a look at a conversation's history gave, or why there was none. */
export type Look = { readonly rows: readonly SeenMessage[] } | NoLook;

const notConnected: NoLook = { why: "the account is not connected", passes: true };

const rowsPerLook = 50;
const windowMs = 60 * 60_000;
/** A direct conversation is read in place of a renewal of the listener; each costs two logins. */
const renewalsPerHour = 2;
const pauseLimitMs = 20_000;

const renewals = z.object({ atMs: z.array(z.number()) });

/**
 * Reads the newest messages of a conversation, while no send of the profile runs (the caller holds the queue's turn). A
 * group's cost one call; a direct conversation's need the profile's only connection, which the listener gives up for it.
 */
export async function lookAt(zca: Zca, target: Target, signal: AbortSignal): Promise<Look> {
  const { accountId } = zca;
  const ownId = openAccountState(accountId).login.read()?.uid;
  if (ownId === undefined) return { why: "the account's own user id is not known", passes: false };
  const isGroup = target.kind === "group";
  const read = async (ending: AbortSignal): Promise<Look> => {
    const { rows, unreadable } = await recentMessages(
      zca,
      { threadId: target.id, isGroup, limit: rowsPerLook },
      AbortSignal.any([signal, ending]),
    );
    // What cannot be read may be the very message.
    if (unreadable > 0) return { why: "the history has rows this plugin cannot read", passes: false };
    return { rows: rows.flatMap((row) => seen(row, ownId)) };
  };
  try {
    return isGroup ? await read(signal) : await betweenListeners(accountId, read);
  } catch (error) {
    return { why: describeError(error), passes: true };
  }
}

async function betweenListeners(accountId: string, read: (signal: AbortSignal) => Promise<Look>): Promise<Look> {
  const supervisor = supervisorOf(accountId);
  if (supervisor === undefined) return { why: "the account is not running", passes: false };
  const { phase } = supervisor.snapshot();
  const isUp = phase === "running";
  // In the middle of a login there is nothing to wait for: the caller holds the queue, and that login may need it.
  if (!isUp && phase !== "waiting") return notConnected;
  if (isUp && !spendRenewal(accountId)) {
    return { why: `the conversation may be read back at most ${renewalsPerHour} times an hour`, passes: false };
  }
  const outcome = await supervisor.pauseFor(read, { limitMs: pauseLimitMs });
  return outcome.kind === "done" ? outcome.value : notConnected;
}

/** Kept on disk: a gateway that restarts often must not spend logins on it. */
function spendRenewal(accountId: string): boolean {
  const slot = openSlot(path.join(openAccountState(accountId).folder, "read-back.json"), renewals, accountId);
  const nowMs = Date.now();
  const recent = (slot.read()?.atMs ?? []).filter((atMs) => atMs > nowMs - windowMs && atMs <= nowMs);
  if (recent.length >= renewalsPerHour) return false;
  try {
    slot.write({ atMs: [...recent, nowMs] });
  } catch {
    // Without a budget on disk none is spent.
    return false;
  }
  return true;
}

function seen(row: HistoryRow, ownId: string): SeenMessage[] {
  const messageId = row.msgId ?? row.cliMsgId;
  if (messageId === undefined) return [];
  const own = row.senderId === ownId || row.senderId === "0";
  return [{ messageId, own, atMs: row.atMs, hashes: rowHashes(row.msgType, row.content) }];
}
