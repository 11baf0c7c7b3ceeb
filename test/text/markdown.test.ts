import { describe, expect, test } from "vitest";
import { readMarkdown } from "../../src/text/markdown.ts";
import { growthOf, linearGrowth } from "./growth.ts";

/** The text with its styles drawn in: ⟨b:…⟩ bold, i italic, s strike, h big. */
function drawn(markdown: string): string {
  const { text, spans } = readMarkdown(markdown);
  const names = { bold: "b", italic: "i", strike: "s", big: "h" };
  const marks = spans
    .flatMap(({ start, end, style }) => [
      { at: start, width: end - start, order: 1, mark: `⟨${names[style]}:` },
      { at: end, width: end - start, order: 0, mark: "⟩" },
    ])
    .toSorted((a, b) => a.at - b.at || a.order - b.order || (a.order === 1 ? b.width - a.width : a.width - b.width));
  let result = "";
  let from = 0;
  for (const { at, mark } of marks) {
    result += text.slice(from, at) + mark;
    from = at;
  }
  return result + text.slice(from);
}

describe("what is markup", () => {
  test.each([
    ["**đậm** và *nghiêng* và ~~bỏ~~", "⟨b:đậm⟩ và ⟨i:nghiêng⟩ và ⟨s:bỏ⟩"],
    ["__đậm__ _nghiêng_", "⟨b:đậm⟩ ⟨i:nghiêng⟩"],
    ["***cả hai***", "⟨b:⟨i:cả hai⟩⟩"],
    ["**a *b* c**", "⟨b:a ⟨i:b⟩ c⟩"],
    ["**ngoài *trong***", "⟨b:ngoài ⟨i:trong⟩⟩"],
    ["*a **b** c*", "⟨i:a ⟨b:b⟩ c⟩"],
    ["chữ**đậm**liền", "chữ⟨b:đậm⟩liền"],
    ["**hai\ndòng**", "⟨b:hai\ndòng⟩"],
    ["***x**", "*⟨b:x⟩"],
    ["**x***", "⟨b:x⟩*"],
    ["# Tiêu đề\nthân bài", "⟨b:⟨h:Tiêu đề⟩⟩\nthân bài"],
    ["## Mục *một* ##", "⟨b:Mục ⟨i:một⟩⟩"],
    ["- **mục**: nội dung", "- ⟨b:mục⟩: nội dung"],
    ["Dùng `a_b*c` nhé", "Dùng a_b*c nhé"],
    ["`` có ` bên trong ``", "có ` bên trong"],
    ["```ts\n  const x = `a`;\n# không phải tiêu đề\n```\nhết", "  const x = `a`;\n# không phải tiêu đề\nhết"],
    ["~~~\nx\n~~~", "x"],
    ["[Trang chủ](https://openclaw.example/a_b)", "Trang chủ (https://openclaw.example/a_b)"],
    ["[https://a.example](https://a.example)", "https://a.example"],
    ["[lan@mail.example](mailto:lan@mail.example)", "lan@mail.example"],
    ["![](https://a.example/x.png)", "https://a.example/x.png"],
    ["<https://a.example/x>", "https://a.example/x"],
    [String.raw`\*không nghiêng\*`, "*không nghiêng*"],
    ["**[tên](https://a.example)**", "⟨b:tên (https://a.example)⟩"],
    ["**Xem https://a.example/x_y**.", "⟨b:Xem https://a.example/x_y⟩."],
    ["*“trích dẫn”*", "⟨i:“trích dẫn”⟩"],
  ])("%j reads as %j", (markdown, expected) => {
    expect(drawn(markdown)).toBe(expected);
  });
});

describe("what is no markup stays byte for byte", () => {
  test.each([
    "xóa *.js *.ts đi",
    "snake_case_name và __init__py x_y_z",
    "2 * 3 * 4 = 24",
    "5*3*2 và 2**10**3",
    "- mục một\n  - con\n* hai\n+ ba\n1. bốn\n2) năm",
    "  thụt vào\n\ttab  đôi\n\n\n\nba dòng trống\n",
    "> trích\n>> sâu",
    "#hashtag #2 và C# rồi",
    "~~~ hihi",
    "~ khoảng ~ 5 ~ 6",
    "```\nchưa đóng",
    "a ` b và ``",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "---\n***\n* * *",
    "mảng[i](x) và [ghi chú] và [a](b)",
    String.raw`C:\Users\Tuấn\x và \d+\.\d+`,
    "{red}không đổi{/red} {}",
    "https://a.example/_x_/y_z_?q=*a*",
    "<b>không</b> &amp; &lt;",
    "--force -x --group",
    "* một * hai *",
    "👨‍👩‍👧‍👦 🇻🇳 e\u0301 Tuấn Tua\u0302\u0301n",
    "**",
    "****",
    "**chưa đóng",
    "",
  ])("%j", (text) => {
    expect(readMarkdown(text)).toEqual({ text, spans: [], code: [] });
  });
});

const unclosed = ["*a **b ", "[", "`", "`` ` ", "_a ", "![x](", "~~~\n", "```` \n", "<a:", "**a_b* ", "\\", "# ", "@"];
const endless = [
  ["https://a", "."],
  ["# a", " "],
  ["# a ", "#"],
  ["[a](https://b", " "],
  ["```", " "],
  ["<a:", "b"],
] as const;

describe("hostile input is read in linear time", () => {
  test.each(unclosed)("%j again and again", (unit) => {
    expect(growthOf((chars) => readMarkdown(unit.repeat(Math.ceil(chars / unit.length))))).toBeLessThan(linearGrowth);
  });

  test.each(endless)("%j and then %j without end", (head, fill) => {
    expect(growthOf((chars) => readMarkdown(`${head}${fill.repeat(chars)}x`))).toBeLessThan(linearGrowth);
  });

  test("backticks in runs of every length", () => {
    // A text of n characters has room for about the square root of 2n such runs.
    const runs = (chars: number) =>
      Array.from({ length: Math.floor(Math.sqrt(2 * chars)) }, (_, index) => "`".repeat(index)).join(" ");
    expect(growthOf((chars) => readMarkdown(runs(chars)))).toBeLessThan(linearGrowth);
  });
});
