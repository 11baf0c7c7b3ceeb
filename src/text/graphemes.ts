const segmenter = new Intl.Segmenter("vi", { granularity: "grapheme" });

/** Whether a cut at `position`, directly behind a blank, divides no character as a person sees it. */
export function isBoundary(text: string, position: number): boolean {
  if (position >= text.length) return true;
  // A blank can carry an accent; together they are one character.
  return segmenter.segment(text.slice(position - 1, position + 2)).containing(1)?.index === 1;
}

/** The last place from `start` to `end` that divides no character; inside one only when it alone is too long. */
export function lastBoundary(text: string, start: number, end: number): number {
  if (end >= text.length) return text.length;
  const view = text.slice(start, end + 2);
  const index = segmenter.segment(view).containing(end - start)?.index ?? 0;
  if (index > 0) return start + index;
  const unit = text.charCodeAt(end);
  const cutsPair = unit >= 0xdc00 && unit <= 0xdfff;
  if (!cutsPair) return end;
  return end - 1 > start ? end - 1 : end + 1;
}

/** The whole character that ends before `position`, both halves of a surrogate pair; empty at the beginning. */
export function characterBefore(text: string, position: number): string {
  const unit = text.charCodeAt(position - 1);
  const isLowSurrogate = unit >= 0xdc00 && unit <= 0xdfff;
  return text.slice(Math.max(0, position - (isLowSurrogate ? 2 : 1)), position);
}

/** The whole character that begins at `position`; empty at the end. */
export function characterAt(text: string, position: number): string {
  const code = text.codePointAt(position);
  return code === undefined ? "" : String.fromCodePoint(code);
}
