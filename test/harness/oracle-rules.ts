import type { Evidence, Report } from "./evidence-types.ts";
import { partsIn, pingsIn } from "./tokens.ts";

/** Sentences of the host itself after a crash: said by nobody's agent, counted and not judged. */
const hostNotices = [
  /couldn.t confirm (?:that )?my previous reply/iu,
  /gateway restart/iu,
  /interrupted/iu,
  /try again/iu,
];

/** Within a conversation turns follow what was said, and parts of an answer follow each other. */
export function judgeOrder({ said, turns, delivered }: Evidence, breach: Report): void {
  const place = new Map(said.map(({ token, heard }, index) => [token, heard ? index : undefined]));
  const last = new Map<string, { readonly token: string; readonly index: number }>();
  for (const { accountId, thread, text } of turns) {
    const conversation = `${accountId} ${thread}`;
    for (const token of pingsIn(text)) {
      // What was said while nobody listened may be caught up later, behind newer messages.
      const index = place.get(token);
      if (index === undefined) continue;
      const before = last.get(conversation);
      if (before !== undefined && before.index > index) {
        breach("order", `${conversation}: ${token} came to the agent after ${before.token}`);
      }
      last.set(conversation, { token, index });
    }
  }
  const lastPart = new Map<string, number>();
  for (const { answer, index } of delivered.flatMap(({ text }) => partsIn(text))) {
    const before = lastPart.get(answer) ?? 0;
    if (before > index) breach("order", `part ${index} of the answer to ${answer} arrived after part ${before}`);
    lastPart.set(answer, index);
  }
}

export function judgePace({ calls, leastGapMs }: Evidence, breach: Report): void {
  const accounts = Map.groupBy(calls, ({ accountId, life }) => `${accountId} (host ${life})`);
  for (const [account, own] of accounts) {
    const sorted = own.toSorted((a, b) => a.startedAtMs - b.startedAtMs);
    for (const [index, call] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before?.endedAtMs === undefined) continue;
      const gap = call.startedAtMs - before.endedAtMs;
      if (gap < 0) breach("pacing", `${account}: two sends at once`);
      else if (gap < leastGapMs)
        breach("pacing", `${account}: ${gap} ms between two sends, ${leastGapMs} at least were set`);
    }
  }
}

/** Messages of the accounts that are no answer: notices of the host, or something nobody asked for. */
export function judgeStrays({ delivered, said }: Evidence, breach: Report): number {
  let notices = 0;
  const refused = new Set(
    said.filter(({ want }) => want === "refuse").map(({ accountId, thread }) => `${accountId} ${thread}`),
  );
  for (const { accountId, thread, text } of delivered) {
    if (refused.has(`${accountId} ${thread}`))
      breach("stranger", `${accountId} wrote to ${thread}, whom it has to refuse`);
    else if (partsIn(text).length > 0) continue;
    else if (hostNotices.some((pattern) => pattern.test(text))) notices += 1;
    else breach("unexpected message", `${accountId} wrote ${text.length} characters to ${thread} that answer nothing`);
  }
  return notices;
}
