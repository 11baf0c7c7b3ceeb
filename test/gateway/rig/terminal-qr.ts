import { stripVTControlCharacters } from "node:util";
import decodeQr from "qr/decode.js";

/** One drawn code as rows of modules, true = dark. */
type Modules = boolean[][];

const smallestCode = 21;
const modulePixels = 6;
const quietModules = 4;
const halfBlocks: Record<string, readonly [dark: boolean, dark: boolean]> = {
  "█": [false, false],
  "▀": [false, true],
  "▄": [true, false],
  " ": [true, true],
};

/**
 * Reads the QR codes a person sees in terminal output, oldest first: half blocks (light on a dark terminal) or
 * two blanks per module on a black or white background. Throws for a drawing that a phone could not read either.
 */
export function readTerminalQrs(output: string): string[] {
  const lines = output.replaceAll("\r", "").split("\n");
  return [...drawings(lines.map(colorRow)), ...drawings(lines.map(halfBlockRows))].map(decode);
}

/** Neighboring lines that hold rows of equal width belong to one drawing. */
function drawings(lines: readonly Modules[]): Modules[] {
  const found: Modules[] = [];
  let current: Modules = [];
  for (const rows of [...lines, []]) {
    const width = current[0]?.length;
    if (rows.length > 0 && (width === undefined || rows[0]?.length === width)) current.push(...rows);
    else {
      if (current.length >= smallestCode) found.push(current);
      current = [...rows];
    }
  }
  return found;
}

function halfBlockRows(line: string): Modules {
  const [drawn] = /[█▀▄][█▀▄ ]{19,}[█▀▄]/u.exec(stripVTControlCharacters(line)) ?? [];
  if (drawn === undefined) return [];
  const cells = Array.from(drawn, (character) => halfBlocks[character] ?? [false, false]);
  return [cells.map(([top]) => top), cells.map(([, bottom]) => bottom)];
}

function colorRow(line: string): Modules {
  const cells = [...line.matchAll(/\u001b\[4([07])m((?: {2})+)/gu)];
  const row = cells.flatMap(([, color, blanks = ""]) => Array.from({ length: blanks.length / 2 }, () => color === "0"));
  return row.length >= smallestCode ? [row] : [];
}

function decode(drawing: Modules): string {
  // The upper half of a frame drawn with half blocks is terminal background, not part of the code.
  const modules = drawing.filter((row) => row.includes(false));
  const width = (modules[0]?.length ?? 0) + 2 * quietModules;
  const height = modules.length + 2 * quietModules;
  const image = { width: width * modulePixels, height: height * modulePixels };
  const data = new Uint8Array(image.width * image.height * 4);
  for (let y = 0; y < image.height; y += 1) {
    for (let x = 0; x < image.width; x += 1) {
      const row = modules[Math.floor(y / modulePixels) - quietModules];
      const isDark = row?.[Math.floor(x / modulePixels) - quietModules] ?? false;
      data.set(isDark ? [0, 0, 0, 255] : [255, 255, 255, 255], (y * image.width + x) * 4);
    }
  }
  return decodeQr({ ...image, data }, { effort: 10, timeLimit: 2000 });
}
