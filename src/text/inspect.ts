export type TextRefusal = "TEXT_EMPTY" | "TEXT_INVALID" | "TEXT_TOO_LONG";

/** Longest text that is cut into messages; beyond it a file is kinder. UTF-16 units. */
export const longestTextChars = 100_000;

/** Why a text cannot be sent, or nothing. */
export function findTextFault(text: string): TextRefusal | undefined {
  if (text.length > longestTextChars) return "TEXT_TOO_LONG";
  // A program argument ends at NUL, and a lone surrogate becomes another character on its way.
  if (text.includes("\0") || !text.isWellFormed()) return "TEXT_INVALID";
  return isBlank(text) ? "TEXT_EMPTY" : undefined;
}

/** Whether a text would show nothing: blanks, control and format characters only. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cc}\p{Cf}]/u.test(text);
}
