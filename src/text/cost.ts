import { lineGuards } from "./guards.js";
import { segmentStarts } from "./segments.js";
import type { StyledText } from "./styled.js";

export interface CostOptions {
  /** UTF-16 units of rendered text in one message. */
  readonly limit: number;
  /** Characters of the request in one message. */
  readonly requestLimit: number;
  /** In groups a guard is put at each of these positions, and before an `@` that a cut brings to the beginning. */
  readonly mentions: readonly number[] | undefined;
}

export interface Cost {
  readonly fits: (start: number, end: number) => boolean;
  /** The farthest end from `start` on that keeps every limit; at least one character on. */
  readonly lastFit: (start: number) => number;
}

/** Everything of a request but text and styles: ids, names of fields, quotes. */
const requestBase = 320;
/** One style as JSON inside JSON, with four-digit positions and the longest code. */
const styleChars = 48;
/**
 * One mention as JSON inside JSON, with four-digit positions and the longest user id. Charged for every `@`: who is a
 * member may change between two tries of a message, and its cuts must not.
 */
const mentionChars = 80;

/** What any part of a text costs as a message of its own, in constant time after one pass. Never too low. */
export function createCost(styled: StyledText, options: CostOptions): Cost {
  const { text, spans } = styled;
  const isMarked = spans.length > 0;
  const guards = running(text.length);
  if (isMarked) for (const at of lineGuards(text)) guards.add(at, 1);
  const request = running(text.length);
  const escaped = /["\\\u0000-\u001F]/gu;
  for (const at of options.mentions ?? []) {
    guards.add(at, 1);
    request.add(at, mentionChars);
  }
  for (const { 0: character, index } of text.matchAll(escaped))
    request.add(index, /["\\\n\r\t\b\f]/u.test(character) ? 1 : 5);
  for (const { at, styles } of segmentStarts(styled)) {
    request.add(at, styles * styleChars);
    // Two styled stretches that touch are kept apart by a guard.
    guards.add(at, 1);
  }
  guards.sum();
  request.sum();
  // A cut can put a line start, an `@` or the middle of a style at the beginning.
  const slack = (isMarked ? 1 : 0) + (options.mentions === undefined ? 0 : 1);
  const base = requestBase + (isMarked ? 3 * styleChars : 0);

  function fits(start: number, end: number): boolean {
    const units = end - start + guards.between(start, end) + slack;
    return units <= options.limit && base + units + request.between(start, end) <= options.requestLimit;
  }

  return {
    fits,
    lastFit(start) {
      let low = start + 1;
      let high = Math.min(text.length, start + Math.max(1, options.limit));
      if (fits(start, high)) return high;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (fits(start, middle)) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}

interface Running {
  add(at: number, amount: number): void;
  /** Call once, when everything is added. */
  sum(): void;
  between(start: number, end: number): number;
}

function running(length: number): Running {
  const sums = new Float64Array(length + 1);
  return {
    add(at, amount) {
      sums[at + 1] = (sums[at + 1] ?? 0) + amount;
    },
    sum() {
      for (let at = 1; at <= length; at += 1) sums[at] = (sums[at] ?? 0) + (sums[at - 1] ?? 0);
    },
    between: (start, end) => (sums[end] ?? 0) - (sums[start] ?? 0),
  };
}
