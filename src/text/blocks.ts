import { linesOf } from "./lines.js";

/** What a line of Markdown belongs to. Positions are in the source. */
export type Block =
  /** Prose whose marks are read together. */
  | { readonly kind: "prose"; readonly source: string }
  | { readonly kind: "heading"; readonly level: number; readonly source: string }
  /** The lines between two fences, as they are. */
  | { readonly kind: "code"; readonly source: string };

interface Fence {
  readonly mark: string;
  readonly length: number;
}

const heading = /^ {0,3}(#{1,6})[ \t]+(?=\S)/u;
/** Lines whose marks must not pair with those of the line before: list items, quotes, table rows. */
const startsAnew = /^\s*(?:[-*+>|]|\d{1,9}[.)])/u;

/** Splits Markdown into blocks; joined by line breaks, their sources are the text without fence lines and heading marks. */
export function readBlocks(markdown: string): Block[] {
  const lines = linesOf(markdown);
  const closers = longestClosersBehind(lines.map(({ text }) => text));
  const blocks: Block[] = [];
  let prose: string[] = [];
  const endProse = () => {
    if (prose.length > 0) blocks.push({ kind: "prose", source: prose.join("\n") });
    prose = [];
  };
  for (let index = 0; index < lines.length; index += 1) {
    const text = lines[index]?.text ?? "";
    const fence = openingFence(text);
    // A fence that is never closed is no fence: "~~~" may be all a person wrote.
    if (fence !== undefined && (closers[index]?.[fence.mark] ?? 0) >= fence.length) {
      endProse();
      const code: string[] = [];
      for (index += 1; !closes(lines[index]?.text ?? "", fence); index += 1) code.push(lines[index]?.text ?? "");
      if (code.length > 0) blocks.push({ kind: "code", source: code.join("\n") });
      continue;
    }
    const title = heading.exec(text);
    if (title !== null) {
      endProse();
      blocks.push({ kind: "heading", level: title[1]?.length ?? 1, source: titleOf(text.slice(title[0].length)) });
      continue;
    }
    if (startsAnew.test(text) || text.trim() === "") endProse();
    prose.push(text);
    if (text.trim() === "") endProse();
  }
  endProse();
  return blocks;
}

/** The words of a heading without the marks that may close it. */
function titleOf(rest: string): string {
  const words = rest.trimEnd();
  let end = words.length;
  while (words.charAt(end - 1) === "#") end -= 1;
  const isClosed = end < words.length && /[ \t]/u.test(words.charAt(end - 1));
  return isClosed ? words.slice(0, end).trimEnd() : words;
}

function openingFence(line: string): Fence | undefined {
  const match = /^\s*(`{3,}|~{3,})(.*)$/u.exec(line);
  const run = match?.[1];
  if (run === undefined || (run.startsWith("`") && match?.[2]?.includes("`"))) return undefined;
  return { mark: run.charAt(0), length: run.length };
}

function closes(line: string, fence: Fence): boolean {
  const run = closerOf(line);
  return run !== undefined && run.mark === fence.mark && run.length >= fence.length;
}

function closerOf(line: string): Fence | undefined {
  const run = /^\s*(`{3,}|~{3,})\s*$/u.exec(line)?.[1];
  return run === undefined ? undefined : { mark: run.charAt(0), length: run.length };
}

/** For each line the longest closing fence of each kind behind it, so that no opening fence has to search for its end. */
function longestClosersBehind(lines: readonly string[]): Readonly<Record<string, number>>[] {
  const longest: Record<string, number>[] = [];
  let best: Record<string, number> = {};
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    longest[index] = best;
    const run = closerOf(lines[index] ?? "");
    if (run !== undefined) best = { ...best, [run.mark]: Math.max(best[run.mark] ?? 0, run.length) };
  }
  return longest;
}
