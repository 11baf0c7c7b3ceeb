/** How a cell is drawn; colors as CSS has them. */
export interface Style {
  readonly color?: string;
  readonly background?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
}

/** A character with its marks, one or two cells wide. */
export interface Cell {
  readonly text: string;
  readonly width: 1 | 2;
  readonly style: Style;
}

const palette = (
  "#484f58 #ff7b72 #7ee787 #e3b341 #79c0ff #d2a8ff #76e3ea #c9d1d9 " +
  "#6e7681 #ffa198 #aff5b4 #f2cc60 #a5d6ff #e2c5ff #b3f0ff #ffffff"
).split(" ");
const segments = new Intl.Segmenter("vi", { granularity: "grapheme" });
const wide = /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFF00-\uFF60]/u;

/** Reads lines as `tmux capture-pane -e` prints them: text and SGR sequences; other sequences are passed over. */
export function readAnsi(output: string): Cell[][] {
  let style: Style = {};
  return output
    .replaceAll("\r", "")
    .replace(/\n+$/u, "")
    .split("\n")
    .map((line) => {
      const cells: Cell[] = [];
      for (const [, codes, kind, text] of line.matchAll(/\u001B\[([\d;:?]*)([A-Za-z])|\u001B[^[]|([^\u001B]+)/gu)) {
        if (kind === "m") style = styleAfter(style, codes ?? "");
        for (const { segment } of segments.segment(text ?? "")) {
          if (/^\p{Cc}/u.test(segment)) continue;
          cells.push({ text: segment, width: wide.test(segment) ? 2 : 1, style });
        }
      }
      return cells;
    });
}

function styleAfter(before: Style, codes: string): Style {
  const numbers = codes.split(/[;:]/u).map(Number);
  let style = before;
  while (numbers.length > 0) {
    const code = numbers.shift() ?? 0;
    if (code === 0) style = {};
    else if (code === 1) style = { ...style, bold: true };
    else if (code === 2) style = { ...style, dim: true };
    else if (code === 7) style = { ...style, inverse: true };
    else if (code === 22) style = without(style, "bold", "dim");
    else if (code === 27) style = without(style, "inverse");
    else if (code === 39) style = without(style, "color");
    else if (code === 49) style = without(style, "background");
    else if (code === 38 || code === 48) {
      const color = extended(numbers);
      if (color !== undefined) style = { ...style, [code === 38 ? "color" : "background"]: color };
    } else {
      const color = palette[numberOfColor(code)];
      if (color !== undefined) style = { ...style, [Math.floor(code / 10) % 2 === 1 ? "color" : "background"]: color };
    }
  }
  return style;
}

/** 30–37 and 40–47, bright 90–97 and 100–107; -1 for what is no color. */
function numberOfColor(code: number): number {
  const last = code % 10;
  if (last > 7) return -1;
  if (code >= 30 && code < 48) return last;
  return code >= 90 && code < 108 ? 8 + last : -1;
}

/** `5;n` of 256 colors, or `2;r;g;b`; takes its numbers off the list. */
function extended(numbers: number[]): string | undefined {
  const kind = numbers.shift();
  if (kind === 2) return hex(numbers.splice(0, 3));
  const index = kind === 5 ? (numbers.shift() ?? 0) : 0;
  if (kind !== 5) return undefined;
  if (index < 16) return palette[index];
  if (index >= 232) return hex(Array.from({ length: 3 }, () => 8 + 10 * (index - 232)));
  const levels = [0, 95, 135, 175, 215, 255];
  const cube = index - 16;
  return hex([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => levels[level] ?? 0));
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function without(style: Style, ...names: (keyof Style)[]): Style {
  return Object.fromEntries(Object.entries(style).filter(([name]) => !names.some((gone) => gone === name)));
}
