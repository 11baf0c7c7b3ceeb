import type { ReplyPayload } from "openclaw/plugin-sdk/reply-payload";
import type { ReplyToMode } from "../reply-mode.js";

/** What the answers of one turn quote. */
export interface Quoting {
  prepare(payload: ReplyPayload): ReplyPayload;
  /** Id of the message that a prepared payload asks to quote. */
  wishOf(payload: ReplyPayload): string | undefined;
  /** The same as the host's options for a delivery of its queue. */
  optionsOf(payload: ReplyPayload): { readonly replyToId: string | null; readonly replyToMode: "first" | "all" };
}

/**
 * Takes the quote off each payload, to be handed over beside it: on the payload the host counts it as named by somebody,
 * and such a delivery would fail for good once the message is forgotten, as after a restart.
 */
export function takeQuoteOff(mode: ReplyToMode): Quoting {
  const wishes = new WeakMap<ReplyPayload, string>();
  return {
    prepare({ replyToId, ...payload }) {
      if (typeof replyToId === "string" && replyToId !== "") wishes.set(payload, replyToId);
      return payload;
    },
    wishOf: (payload) => wishes.get(payload),
    optionsOf: (payload) => ({
      // Left to itself the host would quote what the answered message quotes.
      replyToId: wishes.get(payload) ?? null,
      // Where the mode is "off", only what the agent itself asked to quote comes here.
      replyToMode: mode === "all" ? mode : "first",
    }),
  };
}
