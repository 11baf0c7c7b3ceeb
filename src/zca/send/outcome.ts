import type { ZalouserError } from "../../errors.js";

/**
 * What became of one `zca` call that sends. `unsent` is certain and may be tried again; `unknown` may have arrived and
 * must never be repeated blindly.
 */
export type SendOutcome =
  | { readonly kind: "sent"; readonly messageIds: readonly string[] }
  | { readonly kind: "unsent"; readonly error: ZalouserError }
  | {
      readonly kind: "unknown";
      readonly error: ZalouserError;
      /** Tries to find out, while no other call of the profile runs; absent when that has no prospect. */
      readonly lookAgain?: (signal: AbortSignal) => Promise<SendOutcome>;
    };
