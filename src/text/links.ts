import type { TextRange } from "./styled.js";

/** A scheme, `www.`, or a host directly before its path; then everything that no client takes for the end of a link. */
const candidate = /(?:https?:\/\/|\bwww\.|(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}\/)[^\s<>"`]*/gi;
const closers: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Where links stand in a text, in order. Nothing may be put into one: it would open something else, or nothing. */
export function linkRanges(text: string): TextRange[] {
  return Array.from(text.matchAll(candidate), ({ 0: run, index }) => ({
    start: index,
    end: index + lengthWithin(run),
  }));
}

/** The address, when a text is one http(s) address and nothing else but blanks around it. */
export function bareLink(text: string): string | undefined {
  const url = text.trim();
  return /^https?:\/\/[^\s<>"]+$/i.test(url) && URL.canParse(url) ? url : undefined;
}

/** Up to a closing bracket whose opening one stands before the link: it belongs to the sentence. */
function lengthWithin(run: string): number {
  const open: Record<string, number> = { "(": 0, "[": 0, "{": 0 };
  for (let at = 0; at < run.length; at += 1) {
    const character = run.charAt(at);
    const opener = closers[character];
    if (opener !== undefined) {
      const left = (open[opener] ?? 0) - 1;
      if (left < 0) return at;
      open[opener] = left;
    } else if (character in open) {
      open[character] = (open[character] ?? 0) + 1;
    }
  }
  return run.length;
}
