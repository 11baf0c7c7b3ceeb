import { createCost, type CostOptions } from "./cost.js";
import { isBoundary, lastBoundary } from "./graphemes.js";
import { isBlank } from "./inspect.js";
import type { StyledText, TextRange } from "./styled.js";

/** A cut in the last 60 % of a message is good enough to prefer a paragraph over a fuller message. */
const goodShare = 0.4;

/**
 * Where a text is cut into messages that keep every limit: at a paragraph, else a line, a sentence, a word, a grapheme.
 * Only blanks at the cuts are lost. Code stays whole where it fits into one message.
 */
export function chunkRanges(styled: StyledText, options: CostOptions): TextRange[] {
  const { text } = styled;
  const cost = createCost(styled, options);
  const chunks: TextRange[] = [];
  let start = 0;
  while (start < text.length) {
    const end = cost.lastFit(start);
    const window = text.slice(start, end);
    if (end === text.length) {
      if (chunks.length === 0 || !isBlank(window)) chunks.push({ start, end });
      break;
    }
    if (window.trim() === "") {
      start = Math.max(start + 1, afterBlanks(text, start));
      continue;
    }
    const cut = findCut(styled, start, end, cost.fits);
    chunks.push({ start, end: start + text.slice(start, cut).trimEnd().length });
    start = afterBlanks(text, cut);
  }
  return chunks;
}

function findCut(
  styled: StyledText,
  start: number,
  end: number,
  fits: (start: number, end: number) => boolean,
): number {
  const { text } = styled;
  const block = blockAround(styled.code, end);
  if (
    block !== undefined &&
    block.start > start &&
    !isBlank(text.slice(start, block.start)) &&
    fits(block.start, block.end)
  ) {
    // At the line break before it: behind a cut within a line, blanks would go, and here they are an indent.
    return block.start - 1;
  }
  const earliest = start + (end - start) * goodShare;
  const breaks = (mark: string) => text.lastIndexOf(mark, end);
  const paragraph = breaks("\n\n");
  if (block === undefined && paragraph >= earliest) return paragraph;
  const line = breaks("\n");
  const isInside = block !== undefined && line > Math.max(start, block.start);
  if ((line >= earliest || isInside) && !isBlank(text.slice(start, line))) return line;
  const sentence = block === undefined ? lastSentence(text, earliest, end) : undefined;
  return sentence ?? lastWord(text, start, end) ?? lastBoundary(text, start, end);
}

/** The code block that a cut at `position` would divide. */
function blockAround(code: readonly TextRange[], position: number): TextRange | undefined {
  return code.find((range) => range.start < position && position < range.end);
}

function lastSentence(text: string, earliest: number, end: number): number | undefined {
  for (let at = end; at >= earliest; at -= 1) {
    if (!/\s/u.test(text.charAt(at))) continue;
    const before = text.slice(Math.max(0, at - 16), at);
    // "1." begins an item; it does not end a sentence.
    if (/[.!?…。！？]["'”’»)\]]*$/u.test(before) && !/(?:^|\s)\d{1,9}\.$/u.test(before)) return at;
  }
  return undefined;
}

function lastWord(text: string, start: number, end: number): number | undefined {
  for (let at = end; at > start; at -= 1) {
    if (!/\s/u.test(text.charAt(at))) continue;
    return text.slice(start, at).trim() === "" ? undefined : at;
  }
  return undefined;
}

/** Where the text goes on behind a cut: blanks and line breaks are gone, the indent of the next line is not. */
function afterBlanks(text: string, cut: number): number {
  let end = cut;
  let afterBreak = -1;
  // A blank that carries an accent is a character to be kept.
  while (/\s/u.test(text.charAt(end)) && isBoundary(text, end + 1)) {
    end += 1;
    if (text.charAt(end - 1) === "\n") afterBreak = end;
  }
  return afterBreak >= 0 && end < text.length ? afterBreak : end;
}
