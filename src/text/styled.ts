export type TextStyle = "bold" | "italic" | "strike" | "big";

/** A stretch of text that looks different; positions in UTF-16 units. Spans may overlap. */
export interface StyleSpan {
  readonly start: number;
  readonly end: number;
  readonly style: TextStyle;
}

/** A stretch of text that is better not cut and not touched. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Text as it should appear, its styles, and where it is code. */
export interface StyledText {
  readonly text: string;
  readonly spans: readonly StyleSpan[];
  readonly code: readonly TextRange[];
}

export function plain(text: string): StyledText {
  return { text, spans: [], code: [] };
}

/** The part from `start` to `end`, with positions counted from its own beginning. */
export function sliceStyled(styled: StyledText, start: number, end: number): StyledText {
  const cut = <Range extends TextRange>(range: Range): Range[] => {
    const from = Math.max(range.start, start);
    const until = Math.min(range.end, end);
    return from < until ? [{ ...range, start: from - start, end: until - start }] : [];
  };
  return { text: styled.text.slice(start, end), spans: styled.spans.flatMap(cut), code: styled.code.flatMap(cut) };
}

/** The text with `inserted` put in at each of the ascending `positions`; spans keep their characters. */
export function insertAt(styled: StyledText, positions: readonly number[], inserted: string): StyledText {
  if (positions.length === 0) return styled;
  const pieces: string[] = [];
  let from = 0;
  for (const position of positions) {
    pieces.push(styled.text.slice(from, position), inserted);
    from = position;
  }
  pieces.push(styled.text.slice(from));
  const shift = <Range extends TextRange>(range: Range): Range => ({
    ...range,
    start: range.start + countUpTo(positions, range.start) * inserted.length,
    end: range.end + countUpTo(positions, range.end - 1) * inserted.length,
  });
  return { text: pieces.join(""), spans: styled.spans.map(shift), code: styled.code.map(shift) };
}

function countUpTo(positions: readonly number[], limit: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
