import type { Bar, Judged } from "./row.ts";

/** One measurement in the table: what it is, and below that its numbers, within a hundred columns. */
export function tableEntry(judged: Judged): string {
  const { name, unit, median, spread, baseline, baselineMedian, bar, compared, met } = judged;
  const against = baseline ? `${baseline.name}: ${short(baselineMedian)}` : "";
  const verdict = bar === undefined ? "reported" : `${met === true ? "met" : "MISSED"}: ${short(compared)}${sign(bar)}`;
  const measured = `${`${short(median)} ${unit}`.trimEnd()} [${short(spread[0])} .. ${short(spread[1])}]`;
  const numbers = `  ${measured.padEnd(36)} ${against.padEnd(28)} ${verdict} ${bar ? `(bar ${barText(bar)})` : ""}`;
  return `${name}\n${numbers.trimEnd()}`;
}

/** A line about why a bar is missed, where that is known. */
export function causeOf({ met, cause }: Judged): string[] {
  return met === false && cause !== undefined ? [`    ${cause}`] : [];
}

export function barText({ of, at, limit }: Bar): string {
  const limitText = of === "ratio" ? `${limit} x` : of === "difference" ? `+${limit}` : String(limit);
  return `${at === "most" ? "<=" : ">="} ${limitText}`;
}

/** 0 when every row ran and met its bar. A row that broke has met nothing. */
export function exitCodeOf(judged: readonly Judged[], broken: readonly unknown[]): 0 | 1 {
  return broken.length === 0 && judged.every(({ met }) => met !== false) ? 0 : 1;
}

function sign(bar: Bar): string {
  return bar.of === "ratio" ? " x" : "";
}

function short(value: number | undefined): string {
  return value === undefined ? "-" : String(Number(value.toPrecision(4)));
}
