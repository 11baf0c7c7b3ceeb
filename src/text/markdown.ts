import { readBlocks, type Block } from "./blocks.js";
import { readInline, type InlineText } from "./inline.js";
import { withPlainBreaks } from "./lines.js";
import type { StyledText, StyleSpan, TextRange } from "./styled.js";

/**
 * Reads a model's Markdown. Only what surely is markup goes: emphasis, strikethrough, headings, code marks, links.
 * Lists, quotes, tables, indents and blank lines stay as typed, because they read well as they are.
 */
export function readMarkdown(markdown: string): StyledText {
  const pieces: string[] = [];
  const spans: StyleSpan[] = [];
  const code: TextRange[] = [];
  let length = 0;
  for (const [index, block] of readBlocks(withPlainBreaks(markdown)).entries()) {
    if (index > 0) {
      pieces.push("\n");
      length += 1;
    }
    const { text, spans: own } = readBlock(block);
    spans.push(...own.map((span) => ({ ...span, start: span.start + length, end: span.end + length })));
    if (block.kind === "code") code.push({ start: length, end: length + text.length });
    pieces.push(text);
    length += text.length;
  }
  return { text: pieces.join(""), spans, code };
}

function readBlock(block: Block): InlineText {
  switch (block.kind) {
    case "code":
      return { text: block.source, spans: [] };
    case "prose":
      return readInline(block.source);
    case "heading": {
      const { text, spans } = readInline(block.source);
      const whole = { start: 0, end: text.length };
      const inner = spans.filter(({ style }) => style !== "bold");
      const look: StyleSpan[] = [{ ...whole, style: "bold" }];
      if (block.level === 1) look.push({ ...whole, style: "big" });
      return { text, spans: [...look, ...inner] };
    }
  }
}
