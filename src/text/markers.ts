import { needsLineGuard } from "./guards.js";
import { linesOf } from "./lines.js";
import { wordJoiner } from "./mentions.js";
import { segmentsOf, type Segment } from "./segments.js";
import type { StyledText, TextStyle } from "./styled.js";

export interface MarkedText {
  /** The argument for `zca msg send`. */
  readonly text: string;
  /** Whether it must be sent with `--raw`. */
  readonly raw: boolean;
  /** What the recipient's client shows, invisible guards included. */
  readonly rendered: string;
}

/** Writes styled text so that `zca` shows exactly that: styles as marks, everything that looks like a mark escaped. */
export function writeMarkers(styled: StyledText): MarkedText {
  const { text } = styled;
  if (styled.spans.length === 0 || !canBeMarked(styled)) return { text, raw: true, rendered: text };
  const segments = segmentsOf(styled);
  const written: string[] = [];
  const shown: string[] = [];
  let next = 0;
  for (const line of linesOf(text)) {
    const own: Segment[] = [];
    for (; next < segments.length && (segments[next]?.start ?? 0) < line.end; next += 1) {
      const segment = segments[next];
      if (segment !== undefined && segment.end > line.start && segment.start >= line.start) own.push(segment);
    }
    // The line break itself.
    if ((segments[next]?.start ?? -1) === line.end && line.end < text.length) next += 1;
    const { marked, rendered } = writeLine(text, line.text, own);
    written.push(marked);
    shown.push(rendered);
  }
  return { text: written.join("\n"), raw: false, rendered: shown.join("\n") };
}

/** Code that is indented must stay free of guards, or it breaks where it is pasted; control characters are `zca`'s own tools. */
function canBeMarked({ text, code }: StyledText): boolean {
  if (/[\u0000-\u0008\uFDD0-\uFDEF]/u.test(text)) return false;
  return !code.some(({ start, end }) => /^[^\S\n]/mu.test(text.slice(start, end)));
}

function writeLine(text: string, line: string, segments: readonly Segment[]): { marked: string; rendered: string } {
  const isTitle = segments.some(({ styles }) => styles.has("big"));
  let marked = "";
  let rendered = "";
  let touches = false;
  for (const [index, segment] of segments.entries()) {
    const piece = text.slice(segment.start, segment.end);
    const [open, close] = marksFor(segment.styles, isTitle);
    const inner = piece.trim();
    const isStyled = open !== "" && inner !== "";
    const lead = piece.slice(0, piece.length - piece.trimStart().length);
    const tail = isStyled ? piece.slice(lead.length + inner.length) : "";
    const startsLine = index === 0 && !isTitle;
    // Two styled stretches that touch would be read as one run of marks.
    const guard =
      (startsLine && needsLineGuard(line) && (lead !== "" || !isStyled)) || (touches && isStyled && lead === "")
        ? wordJoiner
        : "";
    const body = isStyled
      ? lead + open + escapeMarks(inner) + close + tail
      : escapeStart(piece, startsLine && guard === "");
    marked += guard + body;
    rendered += guard + piece;
    touches = isStyled && tail === "";
  }
  return { marked: isTitle ? `# ${marked}` : marked, rendered };
}

/** Strikethrough innermost: `zca` looks for it last, and only within what the other marks left together. */
function marksFor(styles: ReadonlySet<TextStyle>, isTitle: boolean): [open: string, close: string] {
  const bold = styles.has("bold") && !isTitle;
  const stars = (bold ? "**" : "") + (styles.has("italic") ? "*" : "");
  const waves = styles.has("strike") ? "~~" : "";
  return [stars + waves, waves + stars];
}

function escapeMarks(text: string): string {
  return text.replaceAll(/[\\*_~{}]/gu, String.raw`\$&`);
}

function escapeStart(text: string, startsLine: boolean): string {
  const escaped = escapeMarks(text);
  return startsLine && /^[-+>#]/u.test(escaped) ? `\\${escaped}` : escaped;
}
