import { PlatformMessageNotDispatchedError } from "openclaw/plugin-sdk/error-runtime";
import { describeError, isZalouserError, ZalouserError, type ErrorCode } from "../../errors.js";

/** Trying these again cannot help; the host must not keep them in its queue. */
const permanent = new Set<ErrorCode>([
  "ACTION_INVALID",
  "ACTION_NOT_ALLOWED",
  "CONFIG_INVALID",
  "CONFIG_PROFILE_SHARED",
  "TARGET_INVALID",
  "TEXT_EMPTY",
  "TEXT_INVALID",
  "TEXT_TOO_LONG",
  "MENTION_AMBIGUOUS",
  "MESSAGE_NOT_OURS",
  "MESSAGE_UNKNOWN",
  "PERSON_AMBIGUOUS",
  "PERSON_UNKNOWN",
  "QUOTE_EXPIRED",
  "QUOTE_REFUSED",
  "REACTION_UNKNOWN",
  "STICKER_UNKNOWN",
  "MEDIA_NOT_FOUND",
  "MEDIA_NOT_ALLOWED",
  "MEDIA_EMPTY",
  "MEDIA_REFUSED",
  "MEDIA_TOO_LARGE",
  "SEND_PAUSED",
  "SEND_TOO_MANY_STRANGERS",
  "SEND_WRONG_USER",
  "ZCA_BAD_TARGET",
  "ZCA_NOT_PERMITTED",
  "ZCA_RECIPIENT_REFUSED",
  "ZCA_RECIPIENT_UNAVAILABLE",
  "ZCA_USAGE",
]);

/**
 * The host retries a send only when told that nothing left this machine. `PlatformMessageNotDispatchedError` says so;
 * any other error means "unknown", which is never sent again blindly.
 */
export function notDispatched(error: ZalouserError): PlatformMessageNotDispatchedError {
  return new PlatformMessageNotDispatchedError(error.message, { cause: error, retryable: !permanent.has(error.code) });
}

/** Runs what happens before anything can leave the machine; its failures are certain to be "not sent". */
export async function beforeDispatch<T>(accountId: string, prepare: () => T | Promise<T>): Promise<T> {
  try {
    return await prepare();
  } catch (cause) {
    throw notDispatched(preparationError(accountId, cause));
  }
}

/** Any failure before a message could leave, in words for a person. */
export function preparationError(accountId: string, cause: unknown): ZalouserError {
  if (isZalouserError(cause)) return cause;
  const what = `The message could not be prepared: ${describeError(cause)}`;
  return new ZalouserError("ZCA_FAILED", what, { accountId, cause });
}
