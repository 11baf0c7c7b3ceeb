import { linesOf } from "./lines.js";

/** Line beginnings that `zca` takes for a list, an indent or a fence and that no backslash protects. */
const takenForMarkup = /^(?:\s|\d+\.\s|```)/u;

export function needsLineGuard(line: string): boolean {
  return takenForMarkup.test(line);
}

/** Where a line needs an invisible character in front to stay as it is. */
export function lineGuards(text: string): number[] {
  return linesOf(text).flatMap(({ start, text: line }) => (needsLineGuard(line) ? [start] : []));
}
