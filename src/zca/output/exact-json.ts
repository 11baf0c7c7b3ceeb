const longDigits = 16;
const integer = /^-?\d+$/;

/**
 * `JSON.parse`, except that integers beyond 2^53 become strings with all their digits: ids are compared, never calculated with.
 * Throws `SyntaxError` like `JSON.parse`.
 */
export function parseExactJson(text: string): unknown {
  return mayHoldLongInteger(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

/**
 * Looks for a run of 16 digits that does not begin a string. Every such run covers an index divisible by 16, so only those are looked at:
 * nearly all lines are full of ids in strings, and reviving them all would halve the throughput.
 */
function mayHoldLongInteger(text: string): boolean {
  for (let at = 0; at < text.length; at += longDigits) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (end < text.length && isDigit(text.charCodeAt(end))) end++;
    if (end - start >= longDigits && (start === 0 || text[start - 1] !== '"')) return true;
    at = Math.floor((end - 1) / longDigits) * longDigits;
  }
  return false;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && integer.test(source) ? source : value;
}
