import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderMarkers } from "../../sim/text/markers.ts";
import { readMarkdown } from "../../src/text/markdown.ts";
import { writeMarkers } from "../../src/text/markers.ts";
import type { StyledText, TextStyle } from "../../src/text/styled.ts";
import { anyText } from "./arbitraries.ts";

const codes: Readonly<Record<string, string>> = { bold: "b", italic: "i", strike: "s", big: "f_18" };

/** Character by character which styles it has; blanks and guards look the same in any style. */
function looks(text: string, ranges: readonly { start: number; end: number; code: string }[]): string[] {
  const seen: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (/[\s\u2060]/u.test(character)) continue;
    const own = ranges.filter(({ start, end }) => start <= at && at < end).map(({ code }) => code);
    seen.push(`${character}${[...new Set(own)].sort().join("")}`);
  }
  return seen;
}

function meant({ text, spans }: StyledText): string[] {
  return looks(
    text,
    spans.map(({ start, end, style }) => ({ start, end, code: codes[style] ?? "?" })),
  );
}

function shown(marked: string): string[] {
  const { text, styles } = renderMarkers(marked);
  return looks(
    text,
    styles.map(({ start, len, style }) => ({ start, end: start + len, code: style })),
  );
}

function expectFaithful(styled: StyledText): void {
  const marked = writeMarkers(styled);
  if (marked.raw) {
    expect(marked.text).toBe(styled.text);
    return;
  }
  expect(renderMarkers(marked.text).text).toBe(marked.rendered);
  expect(marked.rendered.replaceAll("\u2060", "")).toBe(styled.text.replaceAll("\u2060", ""));
  expect(shown(marked.text)).toEqual(meant(styled));
}

describe("what zca shows is what was meant", () => {
  test.each([
    "xóa *.js *.ts rồi **lưu**",
    "- mục **một**\n- mục hai\n  - con\n1. ba\n+ bốn\n> năm\n# Sáu",
    "# 1. Giới thiệu\n## 2. Cài đặt\n- x",
    "**a *b* c** ~~**d**~~ ***e***f",
    "**a***b*~~c~~",
    "chữ**đậm**liền và snake_case_name {red}x{/red}",
    "**hai\ndòng**\n\n  thụt **vào**",
    "**1. Một**\n1. hai",
    "# *nghiêng* trong tiêu đề",
    String.raw`**a\b** C:\Users\_x`,
    "**`a*b`** và `**`",
    "```\nx_y *z*\n```\n**đậm**",
    "- **Lan**: _chào_\n* **Huy**",
    "*\\**",
  ])("%j", (markdown) => {
    expectFaithful(readMarkdown(markdown));
  });

  test("for any Markdown", () => {
    fc.assert(
      fc.property(anyText, (text) => expectFaithful(readMarkdown(text))),
      { numRuns: 1_000 },
    );
  });

  test("for any text under any styles", () => {
    const span = fc.record({
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      to: fc.double({ min: 0, max: 1, noNaN: true }),
      style: fc.constantFrom<TextStyle>("bold", "italic", "strike"),
    });
    fc.assert(
      fc.property(anyText, fc.array(span, { maxLength: 5 }), (text, wanted) => {
        const spans = wanted
          .map(({ from, to, style }) => ({
            start: Math.floor(Math.min(from, to) * text.length),
            end: Math.ceil(Math.max(from, to) * text.length),
            style,
          }))
          .filter(({ start, end }) => start < end);
        expectFaithful({ text, spans, code: [] });
      }),
      { numRuns: 1_000 },
    );
  });
});

test("text without styles goes raw, byte for byte", () => {
  const text = "- mục *.js\n  @Lan {red}";
  expect(writeMarkers({ text, spans: [], code: [] })).toEqual({ text, raw: true, rendered: text });
});

test("indented code is not touched: the styles around it give way", () => {
  const styled = readMarkdown("**Ví dụ**\n```python\nif x:\n    y()\n```");
  expect(writeMarkers(styled)).toEqual({ text: "Ví dụ\nif x:\n    y()", raw: true, rendered: "Ví dụ\nif x:\n    y()" });
});
