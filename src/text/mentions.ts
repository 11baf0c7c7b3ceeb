import { characterBefore } from "./graphemes.js";
import { linkRanges } from "./links.js";
import type { TextRange } from "./styled.js";

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

/** A name a group's member goes by. */
export interface MentionName {
  readonly uid: string;
  readonly name: string;
}

const opens = new Set('([{<",;:');
const closes = new Set(',;:!?)]}>"');

/**
 * Where the text mentions one member beyond doubt, "@" included, by the rules `zca` finds members by: at a word start,
 * letter case aside, the longest name wins, and a name that two bear is nobody's.
 */
export function meantMentions(text: string, names: readonly MentionName[]): TextRange[] {
  const folded = text.toLowerCase();
  // Where folding changes the length of a text, positions in it mean nothing.
  if (names.length === 0 || folded.length !== text.length) return [];
  const known = names.flatMap(({ uid, name }) => {
    const label = name.trim().toLowerCase();
    return label === "" || label.length !== name.trim().length ? [] : [{ uid, label }];
  });
  const found: TextRange[] = [];
  for (const start of mentionStarts(text)) {
    if (start < (found.at(-1)?.end ?? 0) || !startsWord(text, start)) continue;
    const fitting = known.filter(
      ({ label }) => folded.startsWith(label, start + 1) && endsWord(text, start + 1 + label.length),
    );
    const longest = Math.max(0, ...fitting.map(({ label }) => label.length));
    const uids = new Set(fitting.flatMap(({ uid, label }) => (label.length === longest ? [uid] : [])));
    if (uids.size === 1) found.push({ start, end: start + 1 + longest });
  }
  return found;
}

function startsWord(text: string, at: number): boolean {
  const before = text.charAt(at - 1);
  return at === 0 || /\s/u.test(before) || opens.has(before);
}

function endsWord(text: string, end: number): boolean {
  if (ends(text.charAt(end))) return true;
  return text.charAt(end) === "." && ends(text.charAt(end + 1));
}

function ends(next: string): boolean {
  return next === "" || /\s/u.test(next) || closes.has(next);
}
