import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderMarkers } from "../../sim/text/markers.ts";
import { asksForMembers } from "../../sim/text/mentions.ts";
import { planChunks } from "../../sim/text/plan.ts";
import { readMarkdown } from "../../src/text/markdown.ts";
import { guardMentions, planText, type TextPart, type TextPlanOptions } from "../../src/text/index.ts";
import { anyText } from "./arbitraries.ts";
import { growthOf, linearGrowth } from "./growth.ts";

const segmenter = new Intl.Segmenter("vi", { granularity: "grapheme" });

function parts(markdown: string, options: Partial<TextPlanOptions> = {}): readonly TextPart[] {
  const plan = planText(markdown, { isGroup: false, ...options });
  if ("refused" in plan) throw new Error(`refused: ${plan.refused}`);
  return plan.parts;
}

const squeezed = (text: string) => text.replaceAll(/[\s\u2060]/gu, "");

function boundaries(text: string): Set<number> {
  return new Set([...segmenter.segment(text)].map(({ index }) => index));
}

/** What zca would make of a part: it must neither change nor split it. */
function sentBy(part: TextPart, isGroup: boolean, limit: number): void {
  const payload = part.raw ? { text: part.text, styles: [] } : renderMarkers(part.text);
  expect(payload.text).toBe(part.rendered);
  expect(part.rendered.length).toBe(part.renderedLength);
  expect(part.renderedLength).toBeLessThanOrEqual(limit);
  expect(squeezed(part.rendered)).not.toBe("");
  const target = { threadId: "7044519283300761122", isGroup };
  expect(planChunks({ ...payload, mentions: [] }, target, { textLength: 2000, requestLength: 4000 })).toHaveLength(1);
  if (isGroup) expect(asksForMembers(part.rendered)).toBe(false);
}

describe("refusals", () => {
  test.each([
    ["", "TEXT_EMPTY"],
    [" \n\t\u2060\u200b", "TEXT_EMPTY"],
    ["a\0b", "TEXT_INVALID"],
    ["nửa \ud83d biểu tượng", "TEXT_INVALID"],
    ["a".repeat(100_001), "TEXT_TOO_LONG"],
    ["ệ".repeat(1_000_000), "TEXT_TOO_LONG"],
  ])("%#", (text, code) => {
    expect(planText(text, { isGroup: false })).toEqual({ refused: code });
  });

  test("a text of marks alone is sent as it is", () => {
    expect(parts("```\n```")).toEqual([{ text: "```\n```", raw: true, rendered: "```\n```", renderedLength: 7 }]);
  });
});

describe("plain text", () => {
  test.each([
    "- mục một\n- mục hai",
    "--group",
    "@Lan ơi",
    "xóa *.js *.ts",
    "  thụt\r\nvào\t",
    "{red}x{/red}",
    "-p foo",
    "1. a\n\n\n2. b",
  ])("%j arrives byte for byte with --raw", (text) => {
    expect(parts(text)).toEqual([{ text, raw: true, rendered: text, renderedLength: text.length }]);
  });

  test("exactly 2000 units fit into one message", () => {
    expect(parts("ă".repeat(2000))).toHaveLength(1);
    expect(parts("ă".repeat(2001))).toHaveLength(2);
  });
});

describe("cuts", () => {
  const sentence = "Hôm nay trời đẹp, chúng ta đi dạo quanh Hồ Gươm rồi ăn phở.";

  test("prefer the paragraph, then the line, then the sentence, then the word", () => {
    const paragraph = Array.from({ length: 12 }, () => sentence).join(" ");
    expect(parts(`${paragraph}\n\n${paragraph}`, { limit: 1_000 }).map(({ text }) => text)).toEqual([
      paragraph,
      paragraph,
    ]);
    expect(parts(`${paragraph}\n${paragraph}`, { limit: 1_000 }).map(({ text }) => text)).toEqual([
      paragraph,
      paragraph,
    ]);
    for (const { text } of parts(`${paragraph} ${paragraph}`, { limit: 300 })) expect(text.endsWith(".")).toBe(true);
    const unended = "đi dạo quanh hồ ".repeat(100).trim();
    const words = new Set(["đi", "dạo", "quanh", "hồ"]);
    for (const { text } of parts(unended, { limit: 300 }))
      expect(text.split(" ").every((word) => words.has(word))).toBe(true);
  });

  test("a 5,000-character Vietnamese answer becomes three messages that lose nothing", () => {
    const answer = Array.from({ length: 90 }, (_, index) => `${index + 1}. ${sentence}`)
      .join("\n")
      .slice(0, 5_000);
    const cut = parts(answer);
    expect(cut).toHaveLength(3);
    expect(cut.map(({ text }) => text).join("\n")).toBe(answer);
  });

  test("keep a code block whole where it fits and cut it at lines where it does not", () => {
    const code = Array.from({ length: 20 }, (_, index) => `    dòng_${index}(x)`).join("\n");
    const [before, block] = parts(`${"Mở đầu. ".repeat(20)}\n\`\`\`\n${code}\n\`\`\``, { limit: 400 });
    expect(before?.text).toBe("Mở đầu. ".repeat(20).trim());
    expect(block?.text).toBe(code);
    const long = Array.from({ length: 60 }, (_, index) => `    dòng_${index}(x)`).join("\n");
    const pieces = parts(`\`\`\`\n${long}\n\`\`\``, { limit: 450 });
    expect(pieces.map(({ text }) => text).join("\n")).toBe(long);
    for (const { text } of pieces) expect(text.startsWith("    ")).toBe(true);
  });

  test("never divide an emoji family, a flag or an accent", () => {
    for (const grapheme of ["👨‍👩‍👧‍👦", "🇻🇳", "e\u0323\u0302", "👍🏽"]) {
      const text = grapheme.repeat(300);
      for (const limit of [50, 51, 52, 53, 97]) {
        for (const part of parts(text, { limit })) expect(part.text.length % grapheme.length).toBe(0);
      }
    }
  });

  test("heavy styling stays within the request", () => {
    const styled = "**ạ** *b* ".repeat(400);
    for (const part of parts(styled)) sentBy(part, false, 2000);
  });

  test("many quotes and line breaks stay within the request", () => {
    for (const part of parts('"\n'.repeat(3_000).concat("x"))) sentBy(part, false, 2000);
  });
});

describe("groups", () => {
  test("an @ that would look for a member gets an invisible guard; direct messages do not", () => {
    expect(parts("@Lan ơi (@Huy) a@b.example", { isGroup: true })[0]?.text).toBe(
      "\u2060@Lan ơi (\u2060@Huy) a@b.example",
    );
    expect(parts("@Lan ơi")[0]?.text).toBe("@Lan ơi");
    expect(parts("**@Lan** x", { isGroup: true })[0]?.text).toBe("\u2060**@Lan** x");
  });

  test("guarding adds guards and nothing else, and guarding twice adds no more", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = guardMentions(text);
        expect(once.replaceAll("\u2060", "")).toBe(text.replaceAll("\u2060", ""));
        expect(guardMentions(once)).toBe(once);
      }),
    );
  });
});

test("a program that knows no marks gets the text without them", () => {
  expect(parts("**đậm** *.js", { styles: false })).toMatchObject([{ text: "đậm *.js", raw: true }]);
});

test("for any text the parts show what was meant, within both limits, without a divided grapheme", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 40, max: 300 }), fc.boolean(), (text, limit, isGroup) => {
      const plan = planText(text, { isGroup, limit });
      if ("refused" in plan) return;
      for (const part of plan.parts) sentBy(part, isGroup, limit);
      const read = readMarkdown(text).text;
      const source = squeezed(read) === "" || !/[^\s\p{Cc}\p{Cf}]/u.test(read) ? text : read;
      expect(squeezed(plan.parts.map(({ rendered }) => rendered).join(""))).toBe(squeezed(source));
    }),
    { numRuns: 1_500 },
  );
});

test("for plain text no part begins or ends inside a grapheme", () => {
  const grapheme = fc.constantFrom(
    "👨‍👩‍👧‍👦",
    "🇻🇳",
    "ệ",
    " \u0301",
    "e\u0323\u0302",
    "a",
    " ",
    " ",
    "\n",
    "👍🏽",
    "đ",
    "한",
    ".",
  );
  fc.assert(
    fc.property(
      fc.array(grapheme, { minLength: 1, maxLength: 400 }),
      fc.integer({ min: 30, max: 90 }),
      (pieces, limit) => {
        const text = pieces.join("");
        const plan = planText(text, { isGroup: false, limit });
        if ("refused" in plan) return;
        const allowed = boundaries(text);
        let at = 0;
        for (const part of plan.parts) {
          const start = text.indexOf(part.text, at);
          expect(text.slice(at, start).trim()).toBe("");
          expect(allowed.has(start)).toBe(true);
          at = start + part.text.length;
          expect(at === text.length || allowed.has(at)).toBe(true);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  "**đậm** và *.js ",
  "một hai ba. ",
  "@Lan ",
  "x",
  "- mục **a**\n",
  "👨‍👩‍👧‍👦",
  "```\n  x\n```\n",
  " ",
  "\n",
  "https://vd.example/@a ",
  "https://vd.example/((",
  "a.vn",
  "a.",
])("a long text of %j takes no longer than as much in short ones", (unit) => {
  const plan = (chars: number) =>
    planText(unit.repeat(Math.floor((chars - 1) / unit.length)).concat("x"), { isGroup: true });
  expect(growthOf(plan)).toBeLessThan(linearGrowth);
});
