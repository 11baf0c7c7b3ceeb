import path from "node:path";
import { z } from "zod";
import { DEFAULT_RATE_LIMIT } from "../../config.js";
import { ZalouserError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openSlot } from "../account/slot.js";
import { openAccountState } from "../account/state.js";
import { listedPeople, pairedPeople } from "../account/people.js";
import { hasHeard } from "../journal/journals.js";
import { lastKnownFriends } from "../operate/directory.js";

/** Strangers an account has written to, on disk: a restart must not earn it new ones. */
const contacts = z.array(z.object({ id: z.string(), atMs: z.number() })).readonly();

const dayMs = 24 * 60 * 60_000;

/**
 * Why this person must not be written to now. Accounts that write to many people who are no friends of theirs are what
 * Zalo bans first. A stranger is who is neither listed nor approved nor a friend as the list was read last, and has not
 * written to the account; whoever was written to within a day counts once.
 */
export async function strangerRefusal(
  account: ResolvedAccount,
  target: Target,
  nowMs: number = Date.now(),
): Promise<ZalouserError | undefined> {
  if (target.kind === "group" || (await isKnown(account, target.id))) return undefined;
  return countStranger(account, target.id, nowMs);
}

/** Takes a person into the day's count, where there is room; a pairing code counts although its receiver wrote first. */
export function countStranger(account: ResolvedAccount, id: string, nowMs: number): ZalouserError | undefined {
  const { accountId } = account;
  const limit = account.settings.rateLimit?.strangersPerDay ?? DEFAULT_RATE_LIMIT.strangersPerDay;
  const today = contactsOfDay(accountId, nowMs);
  if (today.some((contact) => contact.id === id)) return undefined;
  if (today.length < limit) {
    remember(accountId, id, nowMs);
    return undefined;
  }
  const oldest = today[today.length - limit];
  const until = oldest === undefined ? "" : ` before ${new Date(oldest.atMs + dayMs).toISOString()}`;
  const what = `The account has written to ${today.length} stranger${today.length === 1 ? "" : "s"} within 24 hours; nothing is sent to another one${until}.`;
  return new ZalouserError("SEND_TOO_MANY_STRANGERS", what, { accountId });
}

/** Strangers written to within the last 24 hours. */
export function strangersOfDay(accountId: string, nowMs: number = Date.now()): number {
  return contactsOfDay(accountId, nowMs).length;
}

async function isKnown(account: ResolvedAccount, id: string): Promise<boolean> {
  const { accountId } = account;
  return (
    listedPeople(account).includes(id) ||
    lastKnownFriends(accountId).has(id) ||
    hasHeard(accountId, `user:${id}`) ||
    (await pairedPeople(accountId)).includes(id)
  );
}

function contactsOfDay(accountId: string, nowMs: number) {
  // What lies ahead of now comes from a clock that was wrong; it counts all the same.
  return (slotOf(accountId).read() ?? []).filter(({ atMs }) => atMs > nowMs - dayMs);
}

function remember(accountId: string, id: string, atMs: number): void {
  const others = contactsOfDay(accountId, atMs).filter((contact) => contact.id !== id);
  // Without a count on disk none would hold after a restart; that is said where the message was asked for.
  slotOf(accountId).write([...others, { id, atMs }]);
}

function slotOf(accountId: string) {
  return openSlot(path.join(openAccountState(accountId).folder, "strangers.json"), contacts, accountId);
}
