import type { Breach, BreachKind, Evidence, Judgement, Report, Turn } from "./evidence-types.ts";
import { judgeOrder, judgePace, judgeStrays } from "./oracle-rules.ts";
import { answerName, partsIn, pingsIn, tokensIn } from "./tokens.ts";

/** Holds what happened against the promises: nothing lost, nothing doubled, nobody let in, order and pace kept. */
export function judge(evidence: Evidence): Judgement {
  const breaches: Breach[] = [];
  const breach = (kind: BreachKind, what: string) => void breaches.push({ kind, what });
  const turnsOf = turnsByToken(evidence);
  const parts = countParts(evidence, breach);
  let [answered, reported, uncovered, refused, interrupted] = [0, 0, 0, 0, 0];

  for (const said of evidence.said) {
    const turns = turnsOf.get(said.token) ?? [];
    if (said.want === "refuse") {
      refused += 1;
      if (turns.length > 0)
        breach("stranger", `${said.token} of ${said.thread} reached the agent of ${said.accountId}`);
      continue;
    }
    if (said.want === "context") continue;
    if (turns.length > 1) breach("turn doubled", `${said.token} stands in ${turns.length} turns`);
    const [turn] = turns;
    if (turn === undefined) {
      if (evidence.reported.has(said.token)) reported += 1;
      else if (!said.heard && evidence.uncovered.has(said.accountId)) uncovered += 1;
      else
        breach(
          "lost",
          `${said.token} of ${said.thread} to ${said.accountId}${said.heard ? "" : " (while nobody listened)"}`,
        );
      continue;
    }
    if (turn.thread !== said.thread || turn.accountId !== said.accountId) {
      breach("wrong conversation", `${said.token} of ${said.thread} became a turn of ${turn.thread}`);
    }
    const state = answerState(turn, parts);
    if (state === "whole") answered += 1;
    else if (evidence.reported.has(said.token)) reported += 1;
    else if (turn.interrupted === true) interrupted += 1;
    else breach("unanswered", `${said.token}: ${state} of its answer arrived and nothing was reported`);
  }

  judgeOrder(evidence, breach);
  judgePace(evidence, breach);
  const notices = judgeStrays(evidence, breach);
  for (const leftover of evidence.leftovers) breach("leftover", leftover);
  const growth = evidence.memoryGrowthMbPerMinute;
  if (growth !== undefined && growth > (evidence.memoryLimitMbPerMinute ?? 0)) {
    breach("memory", `grows by ${growth.toFixed(1)} MB a minute`);
  }
  const admitted = evidence.said.filter(({ want }) => want === "answer").length;
  const counts = { answered, reported, uncovered, refused, interrupted, hostNotices: notices };
  const joined = evidence.turns.reduce((sum, { text }) => sum + Math.max(0, pingsIn(text).length - 1), 0);
  return {
    breaches,
    counts: { said: evidence.said.length, admitted, turns: evidence.turns.length, joined, ...counts },
  };
}

function turnsByToken({ turns }: Evidence): Map<string, Turn[]> {
  const found = new Map<string, Turn[]>();
  for (const turn of turns) {
    for (const token of tokensIn(turn.text)) {
      // Small talk is read along with whatever addressed the account next.
      if (!token.startsWith("note-")) found.set(token, [...(found.get(token) ?? []), turn]);
    }
  }
  return found;
}

/** How often each part of each answer arrived, after naming those that arrived twice or in the wrong place. */
function countParts({ delivered, turns }: Evidence, breach: Report): Map<string, number> {
  const threads = new Map(turns.map((turn) => [answerName(pingsIn(turn.text)), `${turn.accountId} ${turn.thread}`]));
  const counts = new Map<string, number>();
  for (const { text, accountId, thread } of delivered) {
    for (const { answer, index } of partsIn(text)) {
      const part = `${answer} ${index}`;
      const count = (counts.get(part) ?? 0) + 1;
      counts.set(part, count);
      if (count === 2) breach("answer doubled", `part ${index} of the answer to ${answer}`);
      const expected = threads.get(answer);
      if (expected === undefined) breach("unexpected message", `an answer to ${answer}, which is no turn of its own`);
      else if (expected !== `${accountId} ${thread}`) {
        breach("wrong conversation", `part ${index} of the answer to ${answer} went to ${thread}`);
      }
    }
  }
  return counts;
}

function answerState(turn: Turn, parts: ReadonlyMap<string, number>): "whole" | "nothing" | "a part" {
  const tokens = pingsIn(turn.text);
  const count = Math.max(...tokens.map((token) => Number(/x(\d+)$/u.exec(token)?.[1] ?? 1)));
  const arrived = Array.from({ length: count }, (_, index) => parts.get(`${answerName(tokens)} ${index + 1}`) ?? 0);
  if (arrived.every((times) => times > 0)) return "whole";
  return arrived.some((times) => times > 0) ? "a part" : "nothing";
}
