import { pairDelimiters, type Delimiter } from "./emphasis.js";
import { characterAt, characterBefore } from "./graphemes.js";
import type { StyleSpan } from "./styled.js";

export interface InlineText {
  readonly text: string;
  readonly spans: readonly StyleSpan[];
}

/** A stretch of output: literal text, or a run of marks that may turn out to be literal. */
type Token = { readonly literal: string } | { readonly delimiter: Delimiter };

const escape = /\\([*_~`[\]#])/y;
const autolink = /<([a-z][a-z0-9+.-]{1,31}:[^\s<>]{1,2048})>/iy;
const bareLink = /https?:\/\/[^\s<>`]+/iy;
const link =
  /!?\[([^[\]\n]{0,500})\]\(\s*<?((?:[a-z][a-z0-9+.-]{1,31}:|www\.)[^\s<>()]{1,2048}(?:\([^\s<>()]{0,200}\)[^\s<>()]{0,200})?)>?(?:\s+"[^"\n]{0,200}")?\s*\)/iy;
const plainRun = /[^\\`*_~<![h]+/y;

/** Reads the marks of one block. What is no mark stays as it is. */
export function readInline(source: string): InlineText {
  const tokens: Token[] = [];
  const backticks = backtickRuns(source);
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    const run = take(plainRun);
    if (run !== null) {
      tokens.push({ literal: run[0] });
      at += run[0].length;
      continue;
    }
    const token = special(source, at, take, backticks);
    tokens.push(...token.tokens);
    at += token.length;
  }
  return assemble(tokens);
}

function special(
  source: string,
  at: number,
  take: (pattern: RegExp) => RegExpExecArray | null,
  backticks: BacktickRuns,
): { tokens: readonly Token[]; length: number } {
  const character = source.charAt(at);
  const literal = (text: string, length = text.length) => ({ tokens: [{ literal: text }], length });
  switch (character) {
    case "\\": {
      const escaped = take(escape);
      return escaped === null ? literal(character) : literal(escaped[1] ?? "", 2);
    }
    case "`": {
      const span = backticks.spanAt(at);
      return literal(span.text, span.length);
    }
    case "<": {
      const match = take(autolink);
      return match === null ? literal(character) : literal(match[1] ?? "", match[0].length);
    }
    case "h": {
      const match = take(bareLink);
      return match === null ? literal(character) : literal(withoutTail(match[0]));
    }
    case "!":
    case "[": {
      const match = take(link);
      if (match === null) return literal(character);
      return { tokens: linkTokens(match[1] ?? "", match[2] ?? ""), length: match[0].length };
    }
    default: {
      const end = endOfRun(source, at);
      return { tokens: [{ delimiter: delimiterAt(source, at, end) }], length: end - at };
    }
  }
}

/** Marks and punctuation at the end of an address belong to the sentence around it. */
function withoutTail(url: string): string {
  let end = url.length;
  while (`*_~.,;:!?'")]`.includes(url.charAt(end - 1))) end -= 1;
  return url.slice(0, end);
}

/** `[text](url)` → `text (url)`: Zalo shows no hidden links. */
function linkTokens(label: string, url: string): Token[] {
  const shown = readInline(label).text.trim();
  if (url === `mailto:${shown}`) return [{ literal: shown }];
  const told = shown === "" || shown === url || url === `https://${shown}` || url === `http://${shown}`;
  return [{ literal: told ? url : `${shown} (${url})` }];
}

function endOfRun(source: string, at: number): number {
  let end = at + 1;
  while (source.charAt(end) === source.charAt(at)) end += 1;
  return end;
}

function delimiterAt(source: string, start: number, end: number): Delimiter {
  const before = characterBefore(source, start) || " ";
  const after = characterAt(source, end) || " ";
  return { mark: source.charAt(start), length: end - start, before, after };
}

interface BacktickRuns {
  /** The code behind the backticks at a position without them, or the backticks when nothing closes them. */
  spanAt(at: number): { readonly text: string; readonly length: number };
}

/** Finds each closing run by its length, so that many unclosed runs do not each search the whole text. */
function backtickRuns(source: string): BacktickRuns {
  const byLength = new Map<number, { readonly starts: number[]; next: number }>();
  for (const { 0: run, index } of source.matchAll(/`+/gu)) {
    const known = byLength.get(run.length);
    if (known === undefined) byLength.set(run.length, { starts: [index], next: 0 });
    else known.starts.push(index);
  }
  return {
    spanAt(at) {
      const length = endOfRun(source, at) - at;
      const runs = byLength.get(length) ?? { starts: [], next: 0 };
      while ((runs.starts[runs.next] ?? Number.POSITIVE_INFINITY) <= at) runs.next += 1;
      const close = runs.starts[runs.next];
      if (close === undefined) return { text: source.slice(at, at + length), length };
      const inner = source.slice(at + length, close);
      const padded = inner.startsWith(" ") && inner.endsWith(" ") && inner.trim() !== "";
      return { text: padded ? inner.slice(1, -1) : inner, length: close + length - at };
    },
  };
}

function assemble(tokens: readonly Token[]): InlineText {
  const pairs = pairDelimiters(tokens.map((token) => ("delimiter" in token ? token.delimiter : undefined)));
  let text = "";
  const starts = new Map<number, number>();
  const spans: StyleSpan[] = [];
  for (const [index, token] of tokens.entries()) {
    if ("literal" in token) {
      text += token.literal;
      continue;
    }
    for (const closed of pairs.closing.get(index) ?? []) {
      spans.push({ start: starts.get(closed.id) ?? text.length, end: text.length, style: closed.style });
    }
    // Marks that found no partner stand between the closing and the opening ones.
    text += token.delimiter.mark.repeat(pairs.left.get(index) ?? 0);
    for (const id of pairs.opening.get(index) ?? []) starts.set(id, text.length);
  }
  return { text, spans: spans.filter(({ start, end }) => start < end) };
}
