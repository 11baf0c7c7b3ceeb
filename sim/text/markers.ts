import type { Style } from "../world/records.ts";
import { readLines } from "./lines.ts";
import { shield, unshield } from "./shield.ts";
import { styleCodes } from "./style-codes.ts";

export interface Rendered {
  readonly text: string;
  readonly styles: readonly Style[];
}

interface Piece {
  readonly text: string;
  readonly codes: readonly string[];
}

interface Marker {
  /** The last group is the inner text; a first of two is the tag's name. */
  readonly pattern: RegExp;
  codes(tag: string): readonly string[];
}

const tags: Readonly<Record<string, readonly string[]>> = {
  red: [styleCodes.red],
  orange: [styleCodes.orange],
  yellow: [styleCodes.yellow],
  green: [styleCodes.green],
  big: [styleCodes.big],
  underline: [styleCodes.underline],
  // Zalo no longer shows small text: the tag goes, no style comes.
  small: [],
};

/** In this order; each sees only what the ones before it left together. Underscores need a non-word neighbor, stars do not. */
const markers: readonly Marker[] = [
  { pattern: /\{(red|orange|yellow|green|small|big|underline)\}(.+?)\{\/\1\}/gu, codes: (tag) => tags[tag] ?? [] },
  { pattern: /\*\*\*(.+?)\*\*\*/gu, codes: () => [styleCodes.bold, styleCodes.italic] },
  { pattern: /\*\*(.+?)\*\*/gu, codes: () => [styleCodes.bold] },
  { pattern: /(?<![A-Za-z0-9_])__(.+?)__(?![A-Za-z0-9_])/gu, codes: () => [styleCodes.bold] },
  { pattern: /\*(.+?)\*/gu, codes: () => [styleCodes.italic] },
  { pattern: /(?<![A-Za-z0-9_])_(.+?)_(?![A-Za-z0-9_])/gu, codes: () => [styleCodes.italic] },
  { pattern: /~~(.+?)~~/gu, codes: () => [styleCodes.strike] },
];

/**
 * Turns marker text into what Zalo shows: plain text and style ranges (contract 9). It is as naive as the real one: globs and
 * snake_case lose characters, inline backticks protect nothing, and line styles behind a code fence land on the wrong lines.
 */
export function renderMarkers(input: string): Rendered {
  const { lines, lineStyles } = readLines(shield(input, /\\([*_~#\\{}>+-])/gu));
  const pieces = markers.reduce(applyMarker, [{ text: lines.join("\n"), codes: [] }]);
  const joined = pairLooseStars(layOut(pieces));
  return { text: unshield(joined.text), styles: [...joined.styles, ...placeLineStyles(joined.text, lineStyles)] };
}

function applyMarker(pieces: Piece[], marker: Marker): Piece[] {
  return pieces.flatMap(({ text, codes }) => {
    const parts: Piece[] = [];
    let from = 0;
    for (const match of text.matchAll(marker.pattern)) {
      if (match.index > from) parts.push({ text: text.slice(from, match.index), codes });
      parts.push({ text: match.at(-1) ?? "", codes: [...codes, ...marker.codes(match[1] ?? "")] });
      from = match.index + match[0].length;
    }
    if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), codes });
    return parts;
  });
}

function layOut(pieces: readonly Piece[]): Rendered {
  let text = "";
  const styles: Style[] = [];
  for (const piece of pieces) {
    for (const style of piece.codes) styles.push({ start: text.length, len: piece.text.length, style });
    text += piece.text;
  }
  return { text, styles };
}

/** Stars that only face each other once the inner markers are gone, as in `*a **b** c*`. */
function pairLooseStars({ text, styles }: Rendered): Rendered {
  const pairs = [...text.matchAll(/\*([^*\n]+?)\*/gu)];
  if (pairs.length === 0) return { text, styles };
  const removed = pairs.flatMap(({ index, 0: whole }) => [index, index + whole.length - 1]);
  const shift = (position: number) => position - removed.filter((at) => at < position).length;
  const moved = styles.map(({ start, len, style }) => ({
    start: shift(start),
    len: shift(start + len) - shift(start),
    style,
  }));
  const found = pairs
    .toReversed()
    .map(({ index, 1: inner = "" }) => ({ start: shift(index + 1), len: inner.length, style: styleCodes.italic }));
  const gone = new Set(removed);
  return { text: [...unitsOf(text)].filter((_, at) => !gone.has(at)).join(""), styles: [...moved, ...found] };
}

function* unitsOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) yield text.charAt(at);
}

function placeLineStyles(
  text: string,
  lineStyles: readonly { readonly line: number; readonly style: string }[],
): Style[] {
  const styles: Style[] = [];
  let start = 0;
  for (const [line, content] of text.split("\n").entries()) {
    const here = content === "" ? [] : lineStyles.filter((entry) => entry.line === line);
    styles.push(...here.map(({ style }) => ({ start, len: content.length, style })));
    start += content.length + 1;
  }
  return styles;
}
