import { describe, expect, test } from "vitest";
import { readAnsi } from "./ansi.ts";
import { drawTerminal } from "./svg.ts";

const escape = "\u001B";

describe("the reader of terminal output", () => {
  test("gives each character its color until the color ends, over the ends of lines", () => {
    const [first, second] = readAnsi(`a${escape}[1;32mb\nc${escape}[39;22md\n`);
    expect(first).toEqual([
      { text: "a", width: 1, style: {} },
      { text: "b", width: 1, style: { bold: true, color: "#7ee787" } },
    ]);
    expect(second?.map(({ style }) => style)).toEqual([{ bold: true, color: "#7ee787" }, {}]);
  });

  test.each([
    ["[91m", { color: "#ffa198" }],
    ["[46m", { background: "#76e3ea" }],
    ["[38;5;196m", { color: "#ff0000" }],
    ["[48;5;232m", { background: "#080808" }],
    ["[38;2;1;2;255m", { color: "#0102ff" }],
    ["[2;7m", { dim: true, inverse: true }],
    ["[31m\u001B[0m", {}],
    ["[2K", {}],
  ])("knows %j", (sequence, style) => {
    expect(readAnsi(`${escape}${sequence}x`)[0]?.[0]?.style).toEqual(style);
  });

  test("keeps marks and joined emoji in one cell pair, and Vietnamese letters in one cell", () => {
    const [line] = readAnsi(`${"ệ".normalize("NFC")}🏡👨‍👩‍👧${"ệ".normalize("NFD")}`);
    expect(line?.map(({ text, width }) => [text, width])).toEqual([
      ["ệ".normalize("NFC"), 1],
      ["🏡", 2],
      ["👨‍👩‍👧", 2],
      ["ệ".normalize("NFD"), 1],
    ]);
  });
});

describe("the picture of a terminal", () => {
  test("is as large as its cells, escapes its text and keeps the place of what follows an emoji", () => {
    const svg = drawTerminal(readAnsi('🏡 <b> & "c"\nLan'), "Một & hai");
    expect(svg).toContain(`viewBox="0 0 ${12 * 8 + 28} ${2 * 18 + 28}"`);
    expect(svg).toContain("&lt;b&gt; &amp; &quot;c&quot;");
    expect(svg).toContain("<title>Một &amp; hai</title>");
    expect(svg).toContain(`x="${14 + 3 * 8}"`);
    expect(svg).not.toMatch(/<b>/u);
  });

  test("keeps the place of what follows several blanks", () => {
    const svg = drawTerminal(readAnsi("kill -9   (zca listen)"), "kill");
    expect(svg).toContain('x="14" y="27.5" textLength="56" lengthAdjust="spacingAndGlyphs">kill -9<');
    expect(svg).toContain(`x="${14 + 10 * 8}"`);
  });

  test("draws blocks as areas without gaps, and inverse text on its own color", () => {
    const svg = drawTerminal(readAnsi(`██▀\n${escape}[7mx`), "QR");
    expect(svg).toContain("M14 14h16v18h-16zM30 14h8v9h-8z");
    expect(svg).toContain("M14 32h8v18h-8z");
    expect(drawTerminal(readAnsi("━━"), "Vạch")).toContain("M14 21.92h16v2.16h-16z");
    expect(svg).toContain('fill="#0d1117">x<');
  });
});
