import type { Cell, Style } from "./ansi.ts";

const cell = { width: 8, height: 18 };
const fontSize = 13;
const baseline = 13.5;
const margin = 14;
const colors = { background: "#0d1117", text: "#c9d1d9" };
const font = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Noto Color Emoji',monospace";

/** A part of a cell, in fractions of its size. */
interface Part {
  readonly left?: number;
  readonly top: number;
  readonly width?: number;
  readonly height: number;
}

/** Blocks and lines are drawn as areas: glyphs leave gaps, through which no phone reads a code, or are missing in a font. */
const blocks = new Map<string, Part>([
  ["█", { top: 0, height: 1 }],
  ["▀", { top: 0, height: 0.5 }],
  ["▄", { top: 0.5, height: 0.5 }],
  ["━", { top: 0.44, height: 0.12 }],
  ["│", { left: 0.4, width: 0.2, top: 0, height: 1 }],
]);

/** A picture of terminal lines on a grid of fixed cells, as wide as the longest line. */
export function drawTerminal(lines: readonly (readonly Cell[])[], title: string): string {
  const columns = Math.max(1, ...lines.map((line) => line.reduce((sum, { width }) => sum + width, 0)));
  const width = columns * cell.width + 2 * margin;
  const height = lines.length * cell.height + 2 * margin;
  const areas = new Map<string, string>();
  const texts: string[] = [];
  for (const [row, line] of lines.entries()) drawLine(line, row, areas, texts);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${colors.background}"/>`,
    ...[...areas].map(([color, path]) => `<path fill="${color}" shape-rendering="crispEdges" d="${path}"/>`),
    `<g font-family="${font}" font-size="${fontSize}" fill="${colors.text}">`,
    ...texts,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function drawLine(line: readonly Cell[], row: number, areas: Map<string, string>, texts: string[]): void {
  const top = margin + row * cell.height;
  let column = 0;
  let run: { text: string; column: number; length: number; style: Style } | undefined;
  const area = (color: string, from: number, part: Part, cells: number) => {
    const { left: inset = 0, width = 1 } = part;
    const at = `M${round(margin + (from + inset) * cell.width)} ${round(top + part.top * cell.height)}`;
    const [across, down] = [round((cells - 1 + width) * cell.width), round(part.height * cell.height)];
    areas.set(color, `${areas.get(color) ?? ""}${at}h${across}v${down}h${-across}z`);
  };
  const flush = () => {
    if (run !== undefined && run.text.trim() !== "") texts.push(textOf(run, top));
    run = undefined;
  };
  for (let index = 0; index < line.length;) {
    const { text, width, style } = line[index] ?? { text: " ", width: 1, style: {} };
    const { color, background } = colorsOf(style);
    const block = blocks.get(text);
    const isAlone = width === 2 || block?.width !== undefined;
    const same = isAlone ? 1 : repeats(line, index);
    if (background !== undefined) area(background, column, { top: 0, height: 1 }, width * same);
    if (text === " " && same > 1) flush(); // Browsers draw several blanks as one.
    else if (block !== undefined) {
      flush();
      area(color, column, block, same);
    } else if (width === 2 || /[^\p{L}\p{M}\p{N}\p{P}\p{Z}\p{S}]/u.test(text)) {
      flush();
      texts.push(textOf({ text, column, length: width, style }, top));
    } else {
      if (run !== undefined && run.style !== style) flush();
      run ??= { text: "", column, length: 0, style };
      run = { ...run, text: run.text + text.repeat(same), length: run.length + same };
    }
    column += width * same;
    index += same;
  }
  flush();
}

function textOf(run: { text: string; column: number; length: number; style: Style }, top: number): string {
  const lead = run.text.length - run.text.trimStart().length;
  const text = run.text.trim();
  const length = run.length - (run.text.length - text.length);
  const { color } = colorsOf(run.style);
  const attributes = [
    `x="${margin + (run.column + lead) * cell.width}"`,
    `y="${top + baseline}"`,
    // Whatever font there is, the text is as wide as its cells.
    `textLength="${length * cell.width}"`,
    'lengthAdjust="spacingAndGlyphs"',
    ...(color === colors.text ? [] : [`fill="${color}"`]),
    ...(run.style.bold === true ? ['font-weight="bold"'] : []),
    ...(run.style.dim === true ? ['opacity=".6"'] : []),
  ];
  return `<text ${attributes.join(" ")}>${escaped(text)}</text>`;
}

function colorsOf({ color = colors.text, background, inverse = false }: Style): { color: string; background?: string } {
  if (inverse) return { color: background ?? colors.background, background: color };
  return background === undefined ? { color } : { color, background };
}

/** How many cells from here on look alike. */
function repeats(line: readonly Cell[], start: number): number {
  const first = line[start];
  const end = line.findIndex(
    ({ text, style }, index) => index > start && (text !== first?.text || style !== first.style),
  );
  return (end < 0 ? line.length : end) - start;
}

function round(length: number): number {
  return Math.round(length * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
