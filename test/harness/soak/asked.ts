// What a model that repeats its tokens was asked, and what came of it.
import type { ModelRequest } from "../../gateway/rig/model.ts";
import type { Said, Turn } from "../evidence-types.ts";
import { partsIn, tokensIn, type AnswerPart } from "../tokens.ts";
import type { Asked } from "./told-open.ts";

/** Around a kill the host itself may lose the turn it was running; it says so, or answers it after the boot. */
const interruptedMs = 20_000;

/**
 * What people have said since the model spoke last and it has not answered yet. The host adds messages of its own before
 * and behind it, and hands over together what came while a turn ran or was cut short.
 */
export function unanswered({ messages }: ModelRequest): string {
  const spokeLast = messages.findLastIndex(({ role }) => role === "assistant");
  const answered = new Set(
    messages.filter(({ role }) => role === "assistant").flatMap(({ text }) => partsIn(text).flatMap(answersOf)),
  );
  const users = messages.slice(spokeLast + 1).filter(({ role }) => role === "user");
  const tokens = users.flatMap(({ text }) => tokensIn(text));
  return [...new Set(tokens)].filter((token) => !token.startsWith("note-") && !answered.has(token)).join(" ");
}

/**
 * Agent turns by what the model was asked. The same question again is the host's own recovery of one turn; one that was
 * cut short comes again within the next.
 */
export function turnsOf(requests: readonly ModelRequest[], said: readonly Said[], kills: readonly number[]): Turn[] {
  const known = new Map(said.map((one) => [one.token, one]));
  const turns = new Map<string, Turn>();
  for (const request of requests) {
    const text = unanswered(request);
    const tokens = tokensIn(text);
    const first = known.get(tokens[0] ?? "");
    if (first === undefined) continue;
    for (const [earlier, turn] of turns) {
      const isWithin = earlier !== text && tokensIn(turn.text).every((token) => tokens.includes(token));
      if (isWithin) turns.delete(earlier);
    }
    const before = turns.get(text);
    const interrupted = kills.some((atMs) => atMs >= request.atMs - 1000 && atMs - request.atMs <= interruptedMs);
    turns.set(text, {
      accountId: first.accountId,
      thread: first.thread,
      text,
      runs: (before?.runs ?? 0) + 1,
      interrupted: before?.interrupted === true || interrupted,
    });
  }
  return [...turns.values()];
}

export function askedOf(requests: readonly ModelRequest[], said: readonly Said[]): Asked[] {
  return requests.flatMap((request) => about(tokensIn(unanswered(request)), said, request.atMs));
}

/** The conversation of the first of these tokens, with all of them. */
export function about(tokens: readonly string[], said: readonly Said[], atMs: number): Asked[] {
  const first = said.find(({ token }) => token === tokens[0]);
  return first === undefined ? [] : [{ accountId: first.accountId, thread: first.thread, atMs, tokens }];
}

/** Tokens of the answers a text has parts of. */
export function answersIn(text: string): string[] {
  return partsIn(text).flatMap(answersOf);
}

/** Tokens of the answers all parts of which arrived. */
export function wholeAnswers(parts: readonly AnswerPart[]): Set<string> {
  const arrived = Map.groupBy(parts, ({ answer }) => answer).values();
  const isWhole = (own: readonly AnswerPart[]) => new Set(own.map(({ index }) => index)).size === own[0]?.count;
  return new Set([...arrived].filter(isWhole).flatMap(([part]) => (part === undefined ? [] : answersOf(part))));
}

function answersOf({ answer }: { readonly answer: string }): string[] {
  return answer.split("+");
}
