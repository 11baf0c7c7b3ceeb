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
const pauseLimitMs = 20_000;

interface Budget {
  readonly file: string;
  readonly perHour: number;
}

/** A direct conversation is read in place of a renewal of the listener; each costs two logins. */
const settling: Budget = { file: "read-back.json", perHour: 2 };
/** What an action may look up, groups included: whoever talks to the agent can ask for one, and must not use up the other. */
const acting: Budget = { file: "action-looks.json", perHour: 2 };

const spent = z.object({ atMs: z.array(z.number()) });

/**
 * Reads the newest messages of a conversation, while no send of the profile runs (the caller holds the queue's turn). A
 * group's cost one call; a direct conversation's need the profile's only connection, which the listener gives up for it.
 */
export async function lookAt(zca: Zca, target: Target, signal: AbortSignal): Promise<Look> {
  const ownId = openAccountState(zca.accountId).login.read()?.uid;
  if (ownId === undefined) return { why: "the account's own user id is not known", passes: false };
  const read = await readThread(zca, target, signal, settling);
  if ("why" in read) return read;
  // What cannot be read may be the very message.
  if (read.unreadable > 0) return { why: "the history has rows this plugin cannot read", passes: false };
  return { rows: read.rows.flatMap((row) => seen(row, ownId)) };
}

type ThreadRead = Awaited<ReturnType<typeof recentMessages>> | NoLook;

/** The rows themselves, for an action: under the same conditions, on a budget of its own. Never rejects. */
export function readForAction(zca: Zca, target: Target, signal: AbortSignal): Promise<ThreadRead> {
  return readThread(zca, target, signal, acting);
}

async function readThread(zca: Zca, target: Target, signal: AbortSignal, budget: Budget): Promise<ThreadRead> {
  const isGroup = target.kind === "group";
  const question = { threadId: target.id, isGroup, limit: rowsPerLook };
  const read = (ending: AbortSignal): Promise<ThreadRead> =>
    recentMessages(zca, question, AbortSignal.any([signal, ending]));
  const mayLook = () => spend(zca.accountId, budget);
  try {
    // Before the listener is ended for it.
    const { history, version } = await zca.capabilities(signal);
    if (!history) return { why: `zca ${version} cannot read back a conversation`, passes: false };
    if (!isGroup) return await betweenListeners(zca.accountId, read, mayLook, budget);
    if (budget === acting && !mayLook()) return overBudget(budget);
    return await read(signal);
  } catch (error) {
    return { why: describeError(error), passes: true };
  }
}

async function betweenListeners(
  accountId: string,
  read: (signal: AbortSignal) => Promise<ThreadRead>,
  mayLook: () => boolean,
  budget: Budget,
): Promise<ThreadRead> {
  const supervisor = supervisorOf(accountId);
  if (supervisor === undefined) return { why: "the account is not running", passes: false };
  const { phase } = supervisor.snapshot();
  const isUp = phase === "running";
  // In the middle of a login there is nothing to wait for: the caller holds the queue, and that login may need it.
  if (!isUp && phase !== "waiting") return notConnected;
  if ((isUp || budget === acting) && !mayLook()) return overBudget(budget);
  const outcome = await supervisor.pauseFor(read, { limitMs: pauseLimitMs });
  return outcome.kind === "done" ? outcome.value : notConnected;
}

function overBudget({ perHour }: Budget): NoLook {
  return { why: `a conversation may be read back at most ${perHour} times an hour`, passes: false };
}

/** Kept on disk: a gateway that restarts often must not spend logins on it. */
function spend(accountId: string, { file, perHour }: Budget): boolean {
  const slot = openSlot(path.join(openAccountState(accountId).folder, file), spent, accountId);
  const nowMs = Date.now();
  const recent = (slot.read()?.atMs ?? []).filter((atMs) => atMs > nowMs - windowMs && atMs <= nowMs);
  if (recent.length >= perHour) return false;
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
