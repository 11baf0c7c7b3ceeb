/**
 * What the people of a harness write and the agent answers. Each message carries a token that occurs nowhere else, so
 * that turns and answers can be counted by reading them: `ping-` wants an answer, `note-` is small talk in a group,
 * `spam-` comes from somebody who must not get in.
 */
export type TokenKind = "ping" | "note" | "spam";

const tokenPattern = /\b(?:ping|note|spam)-[a-z0-9]+\b/gu;
const partPattern = /\[pong ([a-z0-9-]+(?:\+[a-z0-9-]+)*) (\d+)\/(\d+)\]/gu;

export function tokensIn(text: string): string[] {
  return text.match(tokenPattern) ?? [];
}

/** Tokens that want an answer. */
export function pingsIn(text: string): string[] {
  return tokensIn(text).filter((token) => token.startsWith("ping-"));
}

/** `x3` at the end of a token asks for an answer of three Zalo messages. */
export function tokenOf(kind: TokenKind, name: string, parts = 1): string {
  return `${kind}-${name}${parts === 1 ? "" : `x${parts}`}`;
}

/** One numbered piece of an answer, as it stands in a delivered message. */
export interface AnswerPart {
  /** Tokens of the turn, joined by "+". */
  readonly answer: string;
  readonly index: number;
  readonly count: number;
}

export function partsIn(text: string): AnswerPart[] {
  return [...text.matchAll(partPattern)].map(([, answer = "", index, count]) => ({
    answer,
    index: Number(index),
    count: Number(count),
  }));
}

export function answerName(tokens: readonly string[]): string {
  return tokens.join("+");
}

/** What the agent says to a turn: nothing without a token, else one paragraph per part, each a Zalo message of its own. */
export function answerTo(text: string): string | undefined {
  const tokens = pingsIn(text);
  if (tokens.length === 0) return undefined;
  const count = Math.max(...tokens.map((token) => Number(/x(\d+)$/u.exec(token)?.[1] ?? 1)));
  const name = answerName(tokens);
  const filler =
    count === 1 ? "Dạ, mình nghe đây 🙂" : "Sáng nay trời Hà Nội mưa phùn, phố vẫn đông người qua lại. ".repeat(26);
  return Array.from({ length: count }, (_, index) => `[pong ${name} ${index + 1}/${count}] ${filler}`.trim()).join(
    "\n\n",
  );
}
