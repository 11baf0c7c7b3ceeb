import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asksForMembers } from "../../sim/text/mentions.ts";
import { bareLink, guardMentions, planText } from "../../src/text/index.ts";

const links = [
  "https://www.tiktok.com/@vtv24/video/1",
  "https://medium.com/@tuan/bài-viết-hay?ref=@lan",
  "http://vd.example:8080/@a/@b/@c#@d",
  "https://www.google.com/maps/@21.0285,105.8542,17z",
  "https://lan:@vd.example/x",
  "https://vd.example/(@huy)/[@lan],@tuan;@hoa",
  "HTTPS://VD.EXAMPLE/@VTV",
  "www.youtube.com/@vtv24",
  "tiktok.com/@vtv24",
  "https://vi.wikipedia.org/wiki/Phở_(món_ăn)",
];

function rendered(markdown: string, limit = 2000): string[] {
  const plan = planText(markdown, { isGroup: true, limit });
  if ("refused" in plan) throw new Error(`refused: ${plan.refused}`);
  return plan.parts.map((part) => part.rendered);
}

describe("links in a group", () => {
  test.each(links)("%s arrives untouched", (url) => {
    expect(rendered(url)).toEqual([url]);
    expect(rendered(`Xem ${url} nhé`)).toEqual([`Xem ${url} nhé`]);
    expect(rendered(`(**Xem** ${url}) nhé`)).toEqual([`(Xem ${url}) nhé`]);
    expect(guardMentions(`${url}\n${url}`)).toBe(`${url}\n${url}`);
  });

  test("what stands around a link is guarded as ever", () => {
    expect(guardMentions("@Lan xem (https://vd.example/@a)@Huy rồi (@Tuấn)")).toBe(
      "\u2060@Lan xem (https://vd.example/@a)\u2060@Huy rồi (\u2060@Tuấn)",
    );
    expect(guardMentions("<https://vd.example/@a>@Huy")).toBe("<https://vd.example/@a>\u2060@Huy");
    expect(guardMentions("anh/@Lan a.b @Lan https @Huy")).toBe("anh/\u2060@Lan a.b \u2060@Lan https \u2060@Huy");
  });

  test("a link longer than a message is cut, and no part of it looks for a member", () => {
    const url = `https://vd.example/${"@ngõ/".repeat(200)}`;
    const parts = rendered(url, 300);
    expect(parts.join("").replaceAll("\u2060", "")).toBe(url);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(300);
      expect(asksForMembers(part)).toBe(false);
    }
  });

  test("for any text every link arrives byte for byte", () => {
    const link = fc.oneof(
      fc.constantFrom(...links),
      fc
        .array(fc.constantFrom("@", "@lan", "/", "a", "ệ", ",", ";", "?q=", "&", "_x_", "*", "~~", "👍🏽", "%20"), {
          minLength: 1,
          maxLength: 12,
        })
        .map((pieces) => `https://vd.example/${pieces.join("")}/z`),
    );
    const word = fc.constantFrom(
      "Xem",
      "@Lan",
      "**đậm**",
      "*nghiêng*",
      "(@Huy)",
      "- mục",
      "1.",
      "# Tiêu đề",
      "👨‍👩‍👧‍👦",
      "~~bỏ~~",
    );
    const piece = fc.oneof(
      word.map((text) => ({ text, url: undefined })),
      link.map((url) => ({ text: url, url })),
      link.map((url) => ({ text: `(${url})`, url })),
      link.map((url) => ({ text: `**${url}** và`, url })),
      link.map((url) => ({ text: `“${url}”.`, url })),
    );
    const glue = fc.constantFrom(" ", "\n", "\n\n", " @Tuấn ", "\r\n", "\t", "\n- ");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(piece, glue), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 200, max: 600 }),
        (pairs, limit) => {
          const parts = rendered(pairs.map(([{ text }, between]) => text + between).join(""), limit);
          for (const [{ url }] of pairs) {
            if (url !== undefined) expect(parts.some((part) => part.includes(url))).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("a text that is only a link", () => {
  test.each([
    ["https://vd.example/@lan", "https://vd.example/@lan"],
    ["  https://vd.example/đường\n", "https://vd.example/đường"],
    ["http://vd.example", "http://vd.example"],
  ])("%j is %s", (text, url) => {
    expect(bareLink(text)).toBe(url);
  });

  test.each([
    "",
    "Xem https://vd.example",
    "https://vd.example https://vd.example",
    "<https://vd.example>",
    "https://",
    "https://[",
    "ftp://vd.example/x",
    "javascript:alert(1)",
    "www.vd.example",
    "vd.example/@lan",
  ])("%j is none", (text) => {
    expect(bareLink(text)).toBeUndefined();
  });
});
