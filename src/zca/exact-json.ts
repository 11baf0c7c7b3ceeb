// A number token outside a string follows a colon, a comma or a bracket. Inside strings this may match too; that only costs the slow path.
const mayHoldLongInteger = /[:,[]\s*-?\d{16}|^\s*-?\d{16}/;
const integer = /^-?\d+$/;

/**
 * `JSON.parse`, except that integers beyond 2^53 become strings with all their digits: ids are compared, never calculated with.
 * Throws `SyntaxError` like `JSON.parse`.
 */
export function parseExactJson(text: string): unknown {
  if (!mayHoldLongInteger.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepDigits);
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && integer.test(source) ? source : value;
}
