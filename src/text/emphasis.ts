import type { TextStyle } from "./styled.js";

/** A run of `*`, `_` or `~` and the characters around it. */
export interface Delimiter {
  readonly mark: string;
  readonly length: number;
  /** One whole character each; a blank at the ends of the text. */
  readonly before: string;
  readonly after: string;
}

export interface ClosedPair {
  readonly id: number;
  readonly style: TextStyle;
}

export interface Pairs {
  /** By token index: pairs that end there, innermost first. */
  readonly closing: ReadonlyMap<number, readonly ClosedPair[]>;
  /** By token index: pairs that begin there. */
  readonly opening: ReadonlyMap<number, readonly number[]>;
  /** By token index: marks that stay in the text. */
  readonly left: ReadonlyMap<number, number>;
}

interface Opener {
  readonly index: number;
  readonly delimiter: Delimiter;
  readonly canClose: boolean;
  left: number;
}

/** Pairs emphasis marks as CommonMark does, strikethrough as `~~`. Linear: a mark that found no partner is not searched again. */
export function pairDelimiters(delimiters: readonly (Delimiter | undefined)[]): Pairs {
  const closing = new Map<number, ClosedPair[]>();
  const opening = new Map<number, number[]>();
  const left = new Map<number, number>();
  const openers: Opener[] = [];
  const hopeless = new Map<string, number>();
  let lastId = 0;
  for (const [index, delimiter] of delimiters.entries()) {
    if (delimiter === undefined) continue;
    const { canOpen, canClose } = flanking(delimiter);
    let remaining = delimiter.length;
    left.set(index, remaining);
    const key = `${delimiter.mark}${canOpen ? "o" : "c"}${delimiter.length % 3}`;
    for (let searching = canClose; searching && remaining > 0;) {
      const bottom = hopeless.get(key) ?? 0;
      const found = findOpener(openers, bottom, delimiter, canOpen);
      if (found === undefined) {
        hopeless.set(key, openers.length);
        searching = false;
        continue;
      }
      const opener = openers[found];
      const width = opener === undefined ? 0 : widthOf(opener, delimiter, remaining);
      if (opener === undefined || width === 0) break;
      lastId += 1;
      const style = delimiter.mark === "~" ? "strike" : width === 2 ? "bold" : "italic";
      push(closing, index, { id: lastId, style });
      push(opening, opener.index, lastId);
      opener.left -= width;
      remaining -= width;
      left.set(opener.index, opener.left);
      left.set(index, remaining);
      openers.length = opener.left > 0 ? found + 1 : found;
      for (const [name, floor] of hopeless) if (floor > openers.length) hopeless.set(name, openers.length);
    }
    if (canOpen && remaining > 0) openers.push({ index, delimiter, canClose, left: remaining });
  }
  return { closing, opening, left };
}

function findOpener(
  openers: readonly Opener[],
  bottom: number,
  closer: Delimiter,
  closerOpens: boolean,
): number | undefined {
  for (let at = openers.length - 1; at >= bottom; at -= 1) {
    const opener = openers[at];
    if (opener === undefined || opener.delimiter.mark !== closer.mark) continue;
    if (closer.mark === "~") {
      if (opener.delimiter.length === closer.length) return at;
      continue;
    }
    // A run that could be both must not pair with one whose length makes three with it.
    const total = opener.delimiter.length + closer.length;
    const clash =
      (opener.canClose || closerOpens) &&
      total % 3 === 0 &&
      (opener.delimiter.length % 3 !== 0 || closer.length % 3 !== 0);
    if (!clash) return at;
  }
  return undefined;
}

function widthOf(opener: Opener, closer: Delimiter, remaining: number): number {
  if (closer.mark === "~") return 2;
  return opener.left >= 2 && remaining >= 2 ? 2 : 1;
}

function flanking({ mark, length, before, after }: Delimiter): { canOpen: boolean; canClose: boolean } {
  const neither = { canOpen: false, canClose: false };
  if (mark === "~" && length !== 2) return neither;
  // 5*3*2 and 2**10 are sums, not emphasis, whatever CommonMark says; so are a*b*c and the like.
  if (mark === "*" && isWord(before) && isWord(after) && (length === 1 || (isDigit(before) && isDigit(after))))
    return neither;
  const spaceBefore = /^\s/u.test(before);
  const spaceAfter = /^\s/u.test(after);
  const punctuationBefore = isPunctuation(before);
  const punctuationAfter = isPunctuation(after);
  const leftFlanking = !spaceAfter && (!punctuationAfter || spaceBefore || punctuationBefore);
  const rightFlanking = !spaceBefore && (!punctuationBefore || spaceAfter || punctuationAfter);
  if (mark !== "_") return { canOpen: leftFlanking, canClose: rightFlanking };
  return {
    canOpen: leftFlanking && (!rightFlanking || punctuationBefore),
    canClose: rightFlanking && (!leftFlanking || punctuationAfter),
  };
}

const isWord = (character: string) => /^[\p{L}\p{M}\p{N}]/u.test(character);
const isDigit = (character: string) => /^\p{N}/u.test(character);
const isPunctuation = (character: string) => /^[\p{P}\p{S}]/u.test(character);

function push<Value>(lists: Map<number, Value[]>, index: number, value: Value): void {
  const list = lists.get(index);
  if (list === undefined) lists.set(index, [value]);
  else list.push(value);
}
