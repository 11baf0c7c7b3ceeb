import path from "node:path";
import { z } from "zod";
import { ZalouserError } from "../../errors.js";
import { openSlot } from "../account/slot.js";
import { openAccountState } from "../account/state.js";
import { mayBeReplayed } from "./replays.js";

/** Which delivery of the host was written for whom, oldest first. Stays when the account changes hands. */
const claims = z.array(z.object({ delivery: z.string(), uid: z.string() })).readonly();

type Claims = z.infer<typeof claims>;

/** The host tries a delivery a handful of times within hours. */
const keptClaims = 500;

/** Claims the disk did not take, by file. */
const unsaved = new Map<string, Claims>();

/** Whose words a message is that is written now: the account's folder, and every conversation in it, is that user's. */
export function authorOf(accountId: string): string | undefined {
  const { person, login } = openAccountState(accountId);
  return person.read()?.uid ?? login.read()?.uid;
}

/** The host keeps a delivery no longer than this. */
const keptMs = 24 * 60 * 60_000;

/**
 * Remembers for whom a delivery was written when it is first seen, and gives that user: the host tries it again after a
 * logout and the login of somebody else, too, for whom the same id is another person. One that was kept before it was ever
 * seen counts as the former user's for a day: the host does not tell its age, and a message not sent is told and can be
 * sent again, while one from the wrong person cannot be taken back.
 */
export function claimDelivery(accountId: string, delivery: string, thread: string): string | undefined {
  const known = claimedBy(accountId, delivery);
  const uid = known ?? (mayBeReplayed(accountId, thread) ? formerUser(accountId) : undefined) ?? authorOf(accountId);
  if (known !== undefined || uid === undefined) return uid;
  const slot = slotOf(accountId);
  const next = [...read(accountId), { delivery, uid }].slice(-keptClaims);
  try {
    slot.write(next);
    unsaved.delete(slot.path);
  } catch {
    // A full disk must not keep an answer from a person; the ledger, which meets the same disk, says so in status.
    unsaved.set(slot.path, next);
  }
  return uid;
}

function formerUser(accountId: string): string | undefined {
  const before = openAccountState(accountId).person.read()?.before;
  return before !== undefined && Date.now() - before.untilMs < keptMs ? before.uid : undefined;
}

/** For whom a delivery was written that has been seen before. */
export function claimedBy(accountId: string, delivery: string): string | undefined {
  return read(accountId).find((claim) => claim.delivery === delivery)?.uid;
}

/** Why nothing written for this user may leave: another one would be saying it. */
export function wrongUser(accountId: string, author: string | undefined): ZalouserError | undefined {
  const { person, login } = openAccountState(accountId);
  const speaker = login.read()?.uid ?? person.read()?.uid;
  if (author === undefined || speaker === undefined || author === speaker) return undefined;
  const what = `The message was written for the Zalo user ${author}, and ${speaker} is logged in now; it was not sent.`;
  return new ZalouserError("SEND_WRONG_USER", what, { accountId });
}

function read(accountId: string): Claims {
  const slot = slotOf(accountId);
  return unsaved.get(slot.path) ?? slot.read() ?? [];
}

function slotOf(accountId: string) {
  return openSlot(path.join(openAccountState(accountId).folder, "deliveries.json"), claims, accountId);
}
