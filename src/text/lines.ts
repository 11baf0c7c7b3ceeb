export interface Line {
  readonly start: number;
  /** Without the line break. */
  readonly end: number;
  readonly text: string;
}

/** The lines of a text with their positions; breaks are `\n`. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    lines.push({ start, end: start + line.length, text: line });
    start += line.length + 1;
  }
  return lines;
}

/** One kind of line break throughout. */
export function withPlainBreaks(text: string): string {
  return text.replaceAll(/\r\n?|[\u2028\u2029]/gu, "\n");
}
