import { visibleName } from "./visible-name.js";

/** Readers for values of unknown shape at the program's border: each gives what is usable, or undefined. */

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** URL parsers drop control characters, so an address that has some is not what it looks like. */
const webAddress = /^https?:\/\/\P{Cc}+$/iu;

export function isWebAddress(text: string): boolean {
  return webAddress.test(text) && URL.canParse(text);
}

/** A name for people, which anybody chooses freely: fit to be shown, see `visibleName`; undefined when empty. */
export function nameOf(value: unknown): string | undefined {
  const text = textOf(value);
  const name = text === undefined ? "" : visibleName(text);
  return name === "" ? undefined : name;
}

const idPattern = /^[\w.-]{1,64}$/;

/** An id as an exact string; accepts a number that lost no digits. Short, no blanks, no control characters. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== "string") return undefined;
  if (idPattern.test(value)) return value;
  const trimmed = value.trim();
  return idPattern.test(trimmed) ? trimmed : undefined;
}

/** Beyond this a `Date` is invalid, and writing it down throws. */
const MAX_DATE_MS = 8.64e15;

/** A time in milliseconds since 1970 from seconds or milliseconds, number or digits; told apart by magnitude. */
export function timeOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number) || number <= 0) return undefined;
  const ms = Math.trunc(number < 1e10 ? number * 1000 : number);
  return ms <= MAX_DATE_MS ? ms : undefined;
}

/** The elements of a list that are strings; a single string counts as a list of one. */
export function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Absent stays absent: a key is there or it is not, it never holds undefined. */
export function compact<T extends object>(value: T): Compact<T> {
  const kept: Partial<T> = {};
  for (const key in value) if (value[key] !== undefined) kept[key] = value[key];
  return kept as unknown as Compact<T>; // The loop is what the type says.
}
