import { CliError } from "../cli-error.ts";
import type { Mention, Person } from "../world/records.ts";

const opening = new Set('([{<",;:');
const closing = new Set(',;:!?)]}>"');

/** Whether the text has an `@` that makes the CLI ask for the group's members (contract 9). */
export function asksForMembers(text: string): boolean {
  return starts(text).some((at) => /\S/u.test(text.charAt(at + 1)));
}

/** Finds `@name` for members; two members under the longest fitting name are an error and nothing is sent. */
export function findMentions(text: string, members: readonly Person[]): Mention[] {
  const labels = members.flatMap((person) =>
    [...new Set([person.displayName, person.zaloName, person.uid])]
      .filter((label) => label.trim() !== "")
      .map((label) => ({ label: label.trim(), uid: person.uid })),
  );
  const lower = text.toLowerCase();
  const mentions: Mention[] = [];
  let free = 0;
  for (const at of starts(text)) {
    if (at < free) continue;
    const fits = labels.filter(
      ({ label }) => lower.startsWith(label.toLowerCase(), at + 1) && endsWord(text, at + 1 + label.length),
    );
    const longest = Math.max(0, ...fits.map(({ label }) => label.length));
    const uids = new Set(fits.filter(({ label }) => label.length === longest).map(({ uid }) => uid));
    const [uid] = uids;
    if (uid === undefined) continue;
    const len = longest + 1;
    if (uids.size > 1)
      throw new CliError(`Ambiguous mention "${text.slice(at, at + len)}": matched multiple group members.`);
    mentions.push({ pos: at, uid, len });
    free = at + len;
  }
  return mentions;
}

/** Positions of `@` at a word start: after nothing, a blank or opening punctuation. */
function starts(text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const before = text.charAt(at - 1);
    if (at === 0 || /\s/u.test(before) || opening.has(before)) found.push(at);
  }
  return found;
}

function endsWord(text: string, end: number): boolean {
  if (end > text.length) return false;
  const next = text.charAt(end);
  if (next === "" || /\s/u.test(next) || closing.has(next)) return true;
  const after = text.charAt(end + 1);
  return next === "." && (after === "" || /\s/u.test(after) || closing.has(after));
}
