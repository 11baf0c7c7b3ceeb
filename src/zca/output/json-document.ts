import type { z } from "zod";
import { parseExactJson } from "./exact-json.js";

const maxCandidates = 50;

/**
 * Finds the JSON document of an answer that may have log lines around it, and checks its shape. A document begins at the start of a line
 * and ends with one; the first that fits the shape wins. Undefined when there is none.
 */
export function findJsonDocument<T>(text: string, shape: z.ZodType<T>): T | undefined {
  const whole = checked(text, shape);
  if (whole.fits) return whole.value;
  let candidates = 0;
  for (const start of text.matchAll(/^[ \t]*[[{]/gm)) {
    if (++candidates > maxCandidates) return undefined;
    const end = documentEnd(text, start.index);
    if (end === undefined) continue;
    const found = checked(text.slice(start.index, end), shape);
    if (found.fits) return found.value;
  }
  return undefined;
}

function checked<T>(
  text: string,
  shape: z.ZodType<T>,
): { readonly fits: true; readonly value: T } | { readonly fits: false } {
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch {
    return { fits: false };
  }
  const result = shape.safeParse(value);
  return result.success ? { fits: true, value: result.data } : { fits: false };
}

/** Where the brackets opened at `start` are closed again, when nothing else follows on that line. */
function documentEnd(text: string, start: number): number | undefined {
  let depth = 0;
  // One step per bracket or string, not per character.
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/gs;
  tokens.lastIndex = start;
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    if (token[0] === "[" || token[0] === "{") depth++;
    else if (token[0] === "]" || token[0] === "}") depth--;
    if (depth === 0) {
      const lineEnd = text.indexOf("\n", tokens.lastIndex);
      const rest = text.slice(tokens.lastIndex, lineEnd === -1 ? undefined : lineEnd);
      return rest.trim() === "" ? tokens.lastIndex : undefined;
    }
  }
  return undefined;
}
