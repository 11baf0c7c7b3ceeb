import type { JournalEntry, ServerMessage } from "../../sim/control.ts";
import { isAnswer } from "../../sim/scenario/play.ts";
import type { Expectation } from "../../sim/scenario/schema.ts";
import type { Names } from "../../sim/scenario/stage.ts";

/** What is known after the last step. */
export interface Seen {
  readonly messages: readonly ServerMessage[];
  readonly calls: readonly Pick<JournalEntry, "command">[];
  /** Texts of the turns the agent got. */
  readonly asked: readonly string[];
  readonly logged: readonly string[];
  /** What status says is wrong. */
  readonly issues: readonly string[];
  readonly names: Names;
}

export interface Outcome {
  readonly holds: boolean;
  /** Nothing that may still come can change it. */
  readonly isFinal: boolean;
  /** The expectation as a sentence. */
  readonly wanted: string;
  /** What was there instead, for one that does not hold. */
  readonly found: string;
}

const pollMs = 200;

/** Looks when nothing moves any more; what does not hold then gets the rest of the time. */
export async function settle(
  look: () => Promise<readonly Outcome[]>,
  isQuiet: () => Promise<boolean>,
  withinMs: number,
): Promise<readonly Outcome[]> {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline;) {
    if (await isQuiet()) {
      const found = await look();
      if (found.every(({ holds, isFinal }) => holds || isFinal)) return found;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return look();
}

/** One line, or two, for a person. */
export function describeOutcome({ holds, wanted, found }: Outcome): string {
  return holds ? `✔ ${wanted}` : `✘ ${wanted}\n  but: ${found}`;
}

export function checkAll(wanted: readonly Expectation[], seen: Seen): Outcome[] {
  return wanted.map((one) => check(one, seen));
}

function check(wanted: Expectation, seen: Seen): Outcome {
  switch (wanted.that) {
    case "answered": {
      const { to, text, times = 1 } = wanted;
      const sent = sentTo(to, seen);
      const hits = sent.filter((said) => said.includes(text)).length;
      return counted(`${to} is sent "${text}"`, hits, times, `; sent there: ${list(sent)}`);
    }
    case "silent": {
      const sent = sentTo(wanted.to, seen);
      return { holds: sent.length === 0, isFinal: true, wanted: `${wanted.to} is sent nothing`, found: list(sent) };
    }
    case "asked": {
      const { text, times = 1 } = wanted;
      const hits = seen.asked.filter((asked) => asked.includes(text)).length;
      return counted(`the agent is asked "${text}"`, hits, times, `; asked: ${list(seen.asked)}`);
    }
    case "called": {
      const { command, times } = wanted;
      const hits = seen.calls.filter((call) => call.command === command).length;
      return counted(`zca is called with "${command}"`, hits, times);
    }
    case "logged":
      return mentioned(`the log warns of "${wanted.words}"`, seen.logged, wanted.words);
    case "status":
      return mentioned(`status says "${wanted.words}"`, seen.issues, wanted.words);
  }
}

function counted(what: string, hits: number, times: number, rest = ""): Outcome {
  return { holds: hits === times, isFinal: hits > times, wanted: `${what} ${often(times)}`, found: often(hits) + rest };
}

function mentioned(wanted: string, lines: readonly string[], words: string): Outcome {
  return { holds: lines.some((line) => line.includes(words)), isFinal: false, wanted, found: list(lines) };
}

function sentTo(word: string, { messages, names }: Seen): string[] {
  const id = names.id(word);
  return messages.flatMap((message) => (isAnswer(message, id) ? [message.text] : []));
}

function often(times: number): string {
  return times === 1 ? "once" : times === 0 ? "never" : `${times} times`;
}

function list(texts: readonly string[]): string {
  return texts.length === 0 ? "nothing" : texts.map((text) => JSON.stringify(text)).join(", ");
}
