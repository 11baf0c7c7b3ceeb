import { explainDrop, parseTarget } from "../../policy/index.js";
import { CHANNEL_PATH } from "../channel-id.js";
import { keptSends } from "../outbound/kept-sends.js";
import type { AccountFacts } from "./facts.js";

type Decision = AccountFacts["application"]["decisions"][number];
type Send = AccountFacts["application"]["recentSends"][number];

const shownEvents = 12;
const shownThreads = 5;
/** An agent takes its time; and a question asked in a chat is itself a message without an answer yet. */
const freshMs = 60_000;

/**
 * Why an account did not answer, as lines for its owner: how it is, what stands in its way, and what became of the last
 * messages and answers; of one conversation or person, or of whatever was not answered.
 */
export function why(facts: AccountFacts, about?: string, nowMs: number = Date.now()): string[] {
  const { accountId, application } = facts;
  const thread = about === undefined ? undefined : threadOf(about);
  const events = [...application.decisions.map(fromDecision), ...application.recentSends.map(fromSend)]
    .filter((event) => (thread === undefined ? !event.isWell : event.concerns(thread)))
    .toSorted((one, other) => one.atMs - other.atMs)
    .slice(-shownEvents);
  const title = thread === undefined ? "Not answered or not sent lately:" : `${thread}, lately:`;
  return [
    `Zalo account "${accountId}": ${standing(facts)}`,
    ...application.hints.map((hint) => `  ${hint}`),
    ...(application.queue === undefined || application.queue.depth === 0
      ? []
      : [`  ${application.queue.depth} message(s) wait for their turn; the account sends slowly on purpose.`]),
    ...(events.length === 0 ? nothing(facts, thread) : [title]),
    ...events.map(({ atMs, words }) => `  ${new Date(atMs).toISOString()}  ${words}`),
    ...unanswered(facts, thread, nowMs),
  ];
}

function standing({ accountId, enabled, running, connected, lastError }: AccountFacts): string {
  if (!enabled) return `switched off (${CHANNEL_PATH}.enabled or ${CHANNEL_PATH}.accounts.${accountId}.enabled).`;
  if (connected) return "connected, it hears what is written.";
  const reason = lastError === null || lastError === undefined ? "" : ` ${lastError}`;
  return running ? `not connected now, it hears nothing.${reason}` : `not running, it hears nothing.${reason}`;
}

/** What an empty list means. The lists are short and begin with the gateway: nothing here may claim more than they hold. */
function nothing({ enabled, connected, application }: AccountFacts, thread: string | undefined): string[] {
  const { inbound, lastInboundAt, decisions, recentSends } = application;
  const among = `the last ${decisions.length} message(s) and ${recentSends.length} answer(s)`;
  const deaf = enabled && connected ? [] : ["What was written while it did not listen is not known here."];
  const heard =
    lastInboundAt === null && inbound === 0
      ? "Nothing at all was heard since the gateway started."
      : `${inbound} message(s) were heard since the gateway started${lastInboundAt === null ? "" : `, the last one at ${new Date(lastInboundAt).toISOString()}`}.`;
  if (thread === undefined) {
    if (deaf.length > 0 || inbound === 0) return [heard, ...deaf];
    return [`Nothing was refused and nothing failed among ${among}. ${heard}`];
  }
  return [
    `Nothing of ${thread} is among ${among}. ${heard} Zalo may not have delivered it: look into the Zalo app. ` +
      "A person has another id for each of your accounts: `openclaw directory peers list --channel zalouser`.",
    ...deaf,
  ];
}

/** Messages the agent was asked about and nothing has left since: it may be at it, may have chosen silence, or have failed. */
function unanswered(
  { application: { decisions, recentSends } }: AccountFacts,
  thread: string | undefined,
  nowMs: number,
): string[] {
  // Which answers came before the oldest one that is remembered, nobody knows.
  const sinceMs = recentSends.length < keptSends ? 0 : Math.min(...recentSends.map(({ atMs }) => atMs));
  const open = decisions
    .filter(({ result, atMs }) => result === "admitted" && atMs >= sinceMs && atMs <= nowMs - freshMs)
    .map(({ atMs, threadId, senderId }) => ({
      to: `${threadId === senderId ? "user" : "group"}:${threadId}`,
      atMs,
    }))
    .filter(({ to }) => thread === undefined || to === thread)
    .filter(({ to, atMs }) => !recentSends.some((send) => send.to === to && send.atMs >= atMs));
  if (open.length === 0) return [];
  const threads = [...new Set(open.map(({ to }) => to))];
  const more = threads.length > shownThreads ? ` and ${threads.length - shownThreads} more` : "";
  return [
    `After ${open.length} message(s) that were let in nothing was sent yet (${threads.slice(-shownThreads).join(", ")}${more}): the agent is still at it, chose to say nothing, or failed; \`openclaw logs\` tells which.`,
  ];
}

interface Event {
  readonly atMs: number;
  readonly words: string;
  readonly isWell: boolean;
  concerns(thread: string): boolean;
}

function fromDecision({ atMs, threadId, senderId, result, reason, configPath }: Decision): Event {
  const where = threadId === senderId ? senderId : `${senderId} in ${threadId}`;
  const decides = configPath === undefined ? "" : ` ${configPath} decides this.`;
  const { sentence } = explainDrop(reason);
  const words = {
    admitted: `${where}: let in, the agent was asked.`,
    challenge: `${where}: a stranger, who was sent a pairing code; see \`openclaw pairing list zalouser\`.`,
    context: `${where}: kept as context (${reason}). ${sentence}${decides}`,
    drop: `${where}: dropped (${reason}). ${sentence}${decides}`,
    failed: `${where}: the agent could not answer, and the person was told so; \`openclaw logs\` has the reason.`,
  }[result];
  const ids = new Set([`user:${senderId}`, `group:${threadId}`, `user:${threadId}`]);
  return { atMs, words, isWell: result === "admitted", concerns: (thread) => ids.has(thread) };
}

function fromSend({ atMs, to, result, out, parts, code, why: reason }: Send): Event {
  const count = parts === 1 ? "" : `, ${out} of ${parts} messages are out`;
  const because = reason === undefined ? "" : ` ${reason}`;
  const mark = code === undefined ? "" : ` [${code}]`;
  const words = {
    sent: `to ${to}: sent.`,
    unsent: `to ${to}: not sent${count}.${because}${mark}`,
    unknown: `to ${to}: it is not known whether it arrived${count}.${because}${mark}`,
    "given-up": `to ${to}: whether it arrived could not be found out${count}.${because}${mark}`,
  }[result];
  return { atMs, words, isWell: result === "sent", concerns: (thread) => thread === to };
}

/** A conversation as typed; whatever is none stays as it is and concerns nothing. */
function threadOf(about: string): string {
  const target = parseTarget(about);
  return "error" in target ? about : `${target.kind}:${target.id}`;
}
