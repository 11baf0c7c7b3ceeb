import { loginsWithin } from "./logins.js";

const minuteMs = 60_000;

/** Twelve in six hours are forty-eight a day, evenly spread, with whatever else was done among them. */
const SHARE = 12;
const SHARE_MS = 6 * 60 * minuteMs;
const RENEW_AFTER_MS = 30 * minuteMs;
const RENEW_LATE_AFTER_MS = 120 * minuteMs;

/** Asked with every line of the stream; the counting reads a file. */
const FRESH_MS = 20_000;
const answers = new Map<string, { readonly atMs: number; readonly renewAfterMs: number }>();

/**
 * Age at which the listener of an account is renewed: half an hour, for a connection that heard nothing may be deaf, but
 * two hours once the last hours had their share of logins. Every login more is a risk to the account.
 */
export function renewAfterMs(accountId: string, nowMs: number): number {
  const known = answers.get(accountId);
  if (known !== undefined && Math.abs(nowMs - known.atMs) < FRESH_MS) return known.renewAfterMs;
  const { total, byKind } = loginsWithin(accountId, SHARE_MS, nowMs);
  // Replies are what the account is for; of a busy one the renewals are the smallest part.
  const isUsedUp = total - (byKind["send"] ?? 0) >= SHARE;
  const answer = { atMs: nowMs, renewAfterMs: isUsedUp ? RENEW_LATE_AFTER_MS : RENEW_AFTER_MS };
  answers.set(accountId, answer);
  return answer.renewAfterMs;
}
