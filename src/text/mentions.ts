import { characterBefore } from "./graphemes.js";
import { linkRanges } from "./links.js";

/** Takes no room and keeps words together; no `zca` looks for a mention behind it. */
export const wordJoiner = "\u2060";

/**
 * Where an `@` stands at a word start. In a group any of them makes `zca` read the member list, and a name that two
 * members bear fails the whole send. Wider than what `zca` is known to look at, but never within a link: one that was
 * changed is worse than one list read.
 */
export function mentionStarts(text: string): number[] {
  const links = linkRanges(text);
  const found: number[] = [];
  let next = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    while (next < links.length && (links[next]?.end ?? 0) <= at) next += 1;
    const isInLink = (links[next]?.start ?? at) < at;
    if (!isInLink && !/[\p{L}\p{M}\p{N}_\u2060]/u.test(characterBefore(text, at))) found.push(at);
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
