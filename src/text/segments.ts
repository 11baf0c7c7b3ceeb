import type { StyledText, TextStyle } from "./styled.js";

/** A stretch of one line with the same styles throughout. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly styles: ReadonlySet<TextStyle>;
}

/** What no mark of `zca` reaches across. */
const breaks = /[\n\r\u2028\u2029]/gu;

/** The styled text as stretches in order, none of them across a line break; line breaks are stretches of their own. */
export function segmentsOf({ text, spans }: StyledText): Segment[] {
  const cuts = new Set([0, text.length]);
  const begins = new Map<number, TextStyle[]>();
  const ends = new Map<number, TextStyle[]>();
  for (const { start, end, style } of spans) {
    cuts.add(start).add(end);
    begins.set(start, [...(begins.get(start) ?? []), style]);
    ends.set(end, [...(ends.get(end) ?? []), style]);
  }
  for (const { index } of text.matchAll(breaks)) cuts.add(index).add(index + 1);
  const counts = new Map<TextStyle, number>();
  const segments: Segment[] = [];
  const ordered = [...cuts].sort((left, right) => left - right);
  for (const [index, start] of ordered.entries()) {
    for (const style of ends.get(start) ?? []) counts.set(style, (counts.get(style) ?? 0) - 1);
    for (const style of begins.get(start) ?? []) counts.set(style, (counts.get(style) ?? 0) + 1);
    const end = ordered[index + 1];
    if (end === undefined) break;
    const styles = [...counts].flatMap(([style, count]) => (count > 0 ? [style] : []));
    segments.push({ start, end, styles: new Set(styles) });
  }
  return segments;
}

/** Where styled stretches begin and how many styles each has. */
export function segmentStarts(styled: StyledText): { readonly at: number; readonly styles: number }[] {
  if (styled.spans.length === 0) return [];
  return segmentsOf(styled).flatMap(({ start, styles }) =>
    styles.size > 0 ? [{ at: start, styles: styles.size }] : [],
  );
}
