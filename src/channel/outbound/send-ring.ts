import { type ErrorCode, ZalouserError } from "../../errors.js";
import { record } from "../operate/records.js";
import { keptSends } from "./kept-sends.js";
import { knownLedgerTrouble, knownUnknownSends } from "./ledgers.js";
import { logSend } from "./rests.js";
import { abandonedDeliveries } from "./unfinished.js";

/** One delivery as status tells it: where to, what became of it and why. No text. */
export interface SendNote {
  readonly atMs: number;
  /** `user:<id>` or `group:<id>`. */
  readonly to: string;
  readonly result: "sent" | "unsent" | "unknown" | "given-up";
  /** Messages that are out, of how many. */
  readonly out: number;
  readonly parts: number;
  readonly code?: ErrorCode;
  readonly why?: string;
}

/** Outlives a restart of the account: "why did I get no answer" is asked after one, too. */
const rings = new Map<string, SendNote[]>();

export function noteSend(accountId: string, note: Omit<SendNote, "atMs">): void {
  const ring = rings.get(accountId) ?? [];
  rings.set(accountId, [...ring, { ...note, atMs: Date.now() }].slice(-keptSends));
  const { result, code, why, to, out, parts } = note;
  record("send", { accountId, to, result, out, parts, code });
  // What is surely unsent is told to whoever sent it, and tried again where that can help.
  if ((result !== "unknown" && result !== "given-up") || code === undefined) return;
  logSend(accountId, new ZalouserError(code, `To ${to}: ${why ?? result}`, { accountId }).message);
}

/** The last deliveries, oldest first. */
export function recentSends(accountId: string): readonly SendNote[] {
  return rings.get(accountId) ?? [];
}

const noticedMs = 24 * 60 * 60_000;

/** What an operator has to know of an account's sends without looking for it. */
export function sendNotices({ accountId }: { readonly accountId: string }): string[] {
  const trouble = knownLedgerTrouble(accountId);
  const notices: ZalouserError[] = [];
  if (trouble !== undefined) {
    const what = `After a crash it may not be known which answers are out: ${trouble}.`;
    notices.push(new ZalouserError("STATE_UNWRITABLE", what, { accountId }));
  }
  const foreign = recentSends(accountId).findLast(
    ({ code, atMs }) => code === "SEND_WRONG_USER" && atMs > Date.now() - noticedMs,
  );
  if (foreign !== undefined) {
    const what = `What was written for the user who was logged in before is not sent any more, last to ${foreign.to} at ${new Date(foreign.atMs).toISOString()}.`;
    notices.push(new ZalouserError("SEND_WRONG_USER", what, { accountId }));
  }
  const abandoned = abandonedDeliveries(accountId, Date.now());
  const dropped = abandoned.at(-1);
  if (dropped !== undefined) {
    const what = `${abandoned.length} answers of the last 24 hours were begun and not finished, the last one to ${dropped.thread} at ${new Date(dropped.beganMs).toISOString()}; OpenClaw has let them go.`;
    notices.push(new ZalouserError("SEND_UNCONFIRMED", what, { accountId }));
  }
  const lost = recentSends(accountId).filter(
    ({ result, atMs }) => result === "given-up" && atMs > Date.now() - noticedMs,
  );
  const last = lost.at(-1);
  if (last !== undefined) {
    const what = `Whether ${lost.length} answers of the last 24 hours arrived could not be found out, the last one to ${last.to} at ${new Date(last.atMs).toISOString()}.`;
    notices.push(new ZalouserError("SEND_UNCONFIRMED", what, { accountId }));
  }
  const open = knownUnknownSends(accountId, Date.now() - noticedMs);
  const newest = open.at(-1);
  if (newest !== undefined) {
    const what = `Whether a message arrived is not known yet (${open.length} of the last 24 hours, the last one to ${newest.thread} at ${new Date(newest.startedAtMs).toISOString()}); it is looked up when the conversation can be read back.`;
    notices.push(new ZalouserError("SEND_UNCONFIRMED", what, { accountId }));
  }
  return notices.map(({ message }) => message);
}
