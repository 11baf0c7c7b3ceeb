import { characterBefore } from "./graphemes.js";

/** Takes no room and keeps words together; no `zca` looks for a mention behind it. */
export const wordJoiner = "\u2060";

/**
 * Where an `@` stands at a word start. In a group any of them makes `zca` read the member list, and a name that two
 * members bear fails the whole send.
 */
export function mentionStarts(text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    if (!/[\p{L}\p{M}\p{N}_\u2060]/u.test(characterBefore(text, at))) found.push(at);
  }
  return found;
}

/** The text with every `@` at a word start made harmless; unchanged where there is none. */
export function guardMentions(text: string): string {
  let guarded = "";
  let from = 0;
  for (const at of mentionStarts(text)) {
    guarded += text.slice(from, at) + wordJoiner;
    from = at;
  }
  return guarded + text.slice(from);
}
