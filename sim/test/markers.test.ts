import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderMarkers } from "../text/markers.ts";
import { measure, planChunks } from "../text/plan.ts";
import { styleCodes as code } from "../text/style-codes.ts";

const styles = (text: string) => renderMarkers(text).styles.map(({ start, len, style }) => [start, len, style]);

describe("formatting (contract 9)", () => {
  it.each([
    ["**đậm**", "đậm", [[0, 3, code.bold]]],
    ["__đậm__", "đậm", [[0, 3, code.bold]]],
    ["*nghiêng*", "nghiêng", [[0, 7, code.italic]]],
    ["_nghiêng_", "nghiêng", [[0, 7, code.italic]]],
    [
      "***cả hai***",
      "cả hai",
      [
        [0, 6, code.bold],
        [0, 6, code.italic],
      ],
    ],
    ["~~bỏ~~", "bỏ", [[0, 2, code.strike]]],
    [
      "# Tiêu đề",
      "Tiêu đề",
      [
        [0, 7, code.bold],
        [0, 7, code.big],
      ],
    ],
    ["### Mục", "Mục", [[0, 3, code.bold]]],
    ["- mục", "mục", [[0, 3, code.bullets]]],
    ["* mục", "mục", [[0, 3, code.bullets]]],
    ["+ mục", "mục", [[0, 3, code.bullets]]],
    ["1. mục", "mục", [[0, 3, code.numbers]]],
    ["> lời", "lời", [[0, 3, "ind_10"]]],
    ["    thụt", "thụt", [[0, 4, "ind_20"]]],
    ["{red}đỏ{/red}", "đỏ", [[0, 2, code.red]]],
    ["{underline}gạch{/underline}", "gạch", [[0, 4, code.underline]]],
    [
      "{big}to{/big} {green}xanh{/green}",
      "to xanh",
      [
        [0, 2, code.big],
        [3, 4, code.green],
      ],
    ],
  ])("renders %s", (input, text, expected) => {
    expect(renderMarkers(input).text).toBe(text);
    expect(styles(input)).toEqual(expected);
  });

  it("changes globs and snake_case between blanks, as the contract warns", () => {
    expect(renderMarkers("*.js *.ts").text).toBe(".js .ts");
    expect(renderMarkers("sửa _old_ thành _new_").text).toBe("sửa old thành new");
    expect(renderMarkers("my_snake_case").text).toBe("my_snake_case");
  });

  it("keeps inline backticks and links literal", () => {
    expect(renderMarkers("chạy `npm test` ở [đây](https://vd.example/a)").text).toBe(
      "chạy `npm test` ở [đây](https://vd.example/a)",
    );
  });

  it("takes escapes off and styles nothing", () => {
    const input = String.raw`\*.js \*.ts \- mục \# không \_a\_ \{red} \~ \\ \+ \>`;
    expect(renderMarkers(input)).toEqual({ text: String.raw`*.js *.ts - mục # không _a_ {red} ~ \ + >`, styles: [] });
  });

  it("strips code fences to their inner text, with indents as no-break spaces", () => {
    expect(renderMarkers("```js\n  const *a* = 1;\n```\nxong")).toEqual({
      text: "\u00A0\u00A0const *a* = 1;\nxong",
      styles: [],
    });
  });

  it("puts line styles behind a fence on later lines, one for each fence line removed", () => {
    expect(styles("```\nmã\n```\n# Đề\nmột\nhai")).toEqual([
      [10, 3, code.bold],
      [10, 3, code.big],
    ]);
  });

  it("pairs stars that only meet once inner markers are gone", () => {
    expect(renderMarkers("*xin **chào** bạn* 🎉")).toEqual({
      text: "xin chào bạn 🎉",
      styles: [
        { start: 4, len: 4, style: code.bold },
        { start: 0, len: 12, style: code.italic },
      ],
    });
  });

  it("returns text without marker characters unchanged", () => {
    const plain = fc.stringMatching(/^[A-Za-zÀ-ỹ0-9@!?.,:"'()🎉]+(?: [A-Za-zÀ-ỹ0-9@!?.,:"'()🎉]+)*$/u);
    fc.assert(
      fc.property(plain, (text) => {
        fc.pre(!/^\d+\.\s/u.test(text));
        expect(renderMarkers(text)).toEqual({ text, styles: [] });
      }),
    );
  });

  it("keeps every style range inside the text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("*_~#{}>+-\\` \nab1.đ"), "{red}", "{/red}", "```") }),
        (input) => {
          const { text, styles } = renderMarkers(input);
          for (const { start, len } of styles) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(start + len).toBeLessThanOrEqual(text.length);
          }
        },
      ),
    );
  });
});

describe("chunk planner (contract 9)", () => {
  const target = { threadId: "5120034498771203345", isGroup: false };
  const limits = { textLength: 2000, requestLength: 4000 };
  const plain = (text: string) =>
    planChunks({ text, styles: [], mentions: [] }, target, limits).map((part) => part.text);

  it("leaves a plain text of 2000 units whole", () => {
    expect(plain("ạ".repeat(2000))).toHaveLength(1);
    expect(plain("ạ".repeat(2001))).toHaveLength(2);
  });

  it("makes 3 messages of 5200 characters", () => {
    expect(plain("xin chào ".repeat(578).slice(0, 5200)).map((part) => part.length <= 2000)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("breaks at a newline before a blank, at a blank before anywhere", () => {
    expect(plain(`${"a".repeat(1500)}\n${"b ".repeat(400)}`)[0]).toBe(`${"a".repeat(1500)}\n`);
    expect(plain(`${"a".repeat(1500)} ${"b".repeat(800)}`)[0]).toBe(`${"a".repeat(1500)} `);
    expect(plain("🎉".repeat(1001))[0]).toHaveLength(2000);
    expect(plain(`a${"🎉".repeat(1001)}`)[0]?.at(-1)).toBe("\ud83c");
  });

  it("splits heavy styling earlier, by the estimated request", () => {
    const { text, styles } = renderMarkers("**a** ".repeat(200));
    const parts = planChunks({ text, styles, mentions: [] }, target, limits);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(measure(part, target).requestLength).toBeLessThanOrEqual(4000);
  });

  it("loses nothing, whatever the limits", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.integer({ min: 1, max: 50 }),
        (text, textLength) => {
          const parts = planChunks({ text, styles: [], mentions: [] }, target, { textLength, requestLength: 4000 });
          expect(parts.map((part) => part.text).join("")).toBe(text);
          for (const part of parts) expect(part.text.length).toBeLessThanOrEqual(textLength);
        },
      ),
    );
  });
});
