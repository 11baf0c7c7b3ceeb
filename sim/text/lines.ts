import { shield } from "./shield.ts";
import { styleCodes } from "./style-codes.ts";

export interface MarkedLines {
  /** Lines without their block marks; fence lines are gone. */
  readonly lines: readonly string[];
  /** `line` counts input lines, fences included, although the styles are placed on output lines: openzca's own slip. */
  readonly lineStyles: readonly { readonly line: number; readonly style: string }[];
}

/** Takes block marks off: headings, quotes, indents, lists, code fences. */
export function readLines(text: string): MarkedLines {
  const lines: string[] = [];
  const lineStyles: { line: number; style: string }[] = [];
  let inCode = false;
  for (const [line, whole] of text.split("\n").entries()) {
    if (whole.startsWith("```")) {
      inCode = !inCode;
      continue;
    }
    const { rest, styles } = inCode ? { rest: codeLine(whole), styles: [] } : markedLine(whole);
    lines.push(rest);
    lineStyles.push(...styles.map((style) => ({ line, style })));
  }
  return { lines, lineStyles };
}

function codeLine(line: string): string {
  const blanks = /^[ \t]*/u.exec(line)?.[0] ?? "";
  const kept = blanks.replaceAll("\t", "    ").replaceAll(" ", "\u00A0");
  return kept + shield(line.slice(blanks.length), /[*_~{}]/gu);
}

function markedLine(line: string): { rest: string; styles: string[] } {
  const heading = /^(#{1,4})\s(.*)$/u.exec(line);
  if (heading !== null) {
    const styles = heading[1] === "#" ? [styleCodes.bold, styleCodes.big] : [styleCodes.bold];
    return { rest: heading[2] ?? "", styles };
  }
  const quote = /^(>+)\s?(.*)$/u.exec(line);
  const quoted = quote === null ? line : (quote[2] ?? "");
  const blanks = /^\s*/u.exec(quoted)?.[0].length ?? 0;
  const level = Math.min(
    5,
    (quote?.[1]?.length ?? 0) + (blanks === 0 ? 0 : Math.min(5, Math.max(1, Math.floor(blanks / 2)))),
  );
  const indent = level === 0 ? [] : [`ind_${level}0`];
  const body = quoted.slice(blanks);
  const task = /^[-*+]\s\[[ xX]\]\s/u.test(body);
  const item = task ? null : /^(?:(\d+)\.|[-*+])\s(.*)$/u.exec(body);
  if (item === null) return { rest: body, styles: indent };
  return { rest: item[2] ?? "", styles: [...indent, item[1] === undefined ? styleCodes.bullets : styleCodes.numbers] };
}
