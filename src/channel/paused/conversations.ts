import path from "node:path";
import { z } from "zod";
import { ZalouserError } from "../../errors.js";
import { openSlot } from "../account/slot.js";
import { lookAt } from "../account/stat.js";
import { accountFolder } from "../account/state.js";

/** A conversation the owner has taken over. */
export interface Pause {
  /** `user:<id>` or `group:<id>`. */
  readonly thread: string;
  readonly sinceMs: number;
  /** Absent: until somebody resumes it. */
  readonly untilMs?: number;
}

const pauses = z
  .array(z.object({ thread: z.string(), sinceMs: z.number(), untilMs: z.number().exactOptional() }))
  .readonly();

const mostPauses = 1_000;

/**
 * The pauses of an account that hold now, oldest first. The file is read each time: a terminal may just have changed it.
 * None where it cannot be read; see `unreadablePauses`.
 */
export function pausesOf(accountId: string, nowMs: number): readonly Pause[] {
  return holdingAt(slotOf(accountId).read() ?? [], nowMs);
}

function holdingAt(stored: readonly Pause[], nowMs: number): readonly Pause[] {
  return stored.filter(({ untilMs }) => untilMs === undefined || untilMs > nowMs);
}

/** Whether the owner has paused it, or may have: a file that cannot be read may name any conversation. */
export function isPaused(accountId: string, thread: string, nowMs: number): boolean {
  const slot = slotOf(accountId);
  const stored = slot.read();
  if (stored === undefined) return lookAt(slot.path) !== undefined;
  return holdingAt(stored, nowMs).some((each) => each.thread === thread);
}

function pauseOf(accountId: string, thread: string, nowMs: number): Pause | undefined {
  return pausesOf(accountId, nowMs).find((pause) => pause.thread === thread);
}

/** The file that says what is paused, where it is there and nobody can tell what it says. */
function unreadablePauses(accountId: string): string | undefined {
  const slot = slotOf(accountId);
  return slot.read() === undefined && lookAt(slot.path) !== undefined ? slot.path : undefined;
}

function assertReadable(accountId: string): void {
  const file = unreadablePauses(accountId);
  if (file === undefined) return;
  throw new ZalouserError("STATE_UNWRITABLE", `What is paused already cannot be read from ${file}.`, { accountId });
}

/** Replaces an earlier pause of the conversation. Throws when it cannot be kept: the owner must not believe it is. */
export function pause(accountId: string, pausing: Pause): void {
  assertReadable(accountId);
  const others = pausesOf(accountId, pausing.sinceMs).filter(({ thread }) => thread !== pausing.thread);
  if (others.length >= mostPauses) {
    const what = `${mostPauses} conversations are paused already; resume some, or set dmPolicy: "disabled".`;
    throw new ZalouserError("ACTION_INVALID", what, { accountId });
  }
  slotOf(accountId).write([...others, pausing]);
}

/** Returns whether it was paused. */
export function resume(accountId: string, thread: string, nowMs: number): boolean {
  assertReadable(accountId);
  const before = pausesOf(accountId, nowMs);
  const others = before.filter((each) => each.thread !== thread);
  if (others.length === before.length) return false;
  slotOf(accountId).write(others);
  return true;
}

/** Why nothing may be sent to this conversation now. */
export function pausedRefusal(accountId: string, thread: string): ZalouserError | undefined {
  const unreadable = unreadablePauses(accountId);
  if (unreadable !== undefined) {
    const what = `Whether the owner has paused ${thread} cannot be read from ${unreadable}, so nothing is sent.`;
    return new ZalouserError("STATE_UNWRITABLE", what, { accountId });
  }
  const found = pauseOf(accountId, thread, Date.now());
  if (found === undefined) return undefined;
  const what = `The owner has paused ${thread}${untilWords(found)}; nothing is sent there.`;
  return new ZalouserError("SEND_PAUSED", what, { accountId });
}

/** What stands paused, as one sentence for status. */
export function pauseNotice(accountId: string, nowMs: number): string | undefined {
  const unreadable = unreadablePauses(accountId);
  if (unreadable !== undefined)
    return `What is paused in Zalo account "${accountId}" cannot be read from ${unreadable}, so no conversation is answered or written to. Give the user the gateway runs as access to the file, or remove it: nothing is paused then.`;
  const all = pausesOf(accountId, nowMs);
  if (all.length === 0) return undefined;
  const shown = all.slice(0, 5).map((each) => `${each.thread}${untilWords(each)}`);
  const more = all.length > shown.length ? ` and ${all.length - shown.length} more` : "";
  return `Paused by its owner in Zalo account "${accountId}", so neither answered nor written to: ${shown.join(", ")}${more}. To go on: openclaw zalouser resume <conversation> --account ${accountId}`;
}

function untilWords({ untilMs }: Pause): string {
  return untilMs === undefined ? "" : ` until ${new Date(untilMs).toISOString()}`;
}

function slotOf(accountId: string) {
  return openSlot(path.join(accountFolder(accountId), "paused.json"), pauses, accountId);
}
