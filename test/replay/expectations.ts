import type { JournalEntry, ServerMessage } from "../../sim/control.ts";
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
  /** The expectation as a sentence. */
  readonly wanted: string;
  /** What was there instead, for one that does not hold. */
  readonly found: string;
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
      return outcome(
        hits === times,
        `${to} is sent "${text}" ${often(times)}`,
        `${often(hits)}; sent there: ${list(sent)}`,
      );
    }
    case "silent": {
      const sent = sentTo(wanted.to, seen);
      return outcome(sent.length === 0, `${wanted.to} is sent nothing`, list(sent));
    }
    case "asked": {
      const { text, times = 1 } = wanted;
      const hits = seen.asked.filter((asked) => asked.includes(text)).length;
      return outcome(
        hits === times,
        `the agent is asked "${text}" ${often(times)}`,
        `${often(hits)}; asked: ${list(seen.asked)}`,
      );
    }
    case "called": {
      const { command, times } = wanted;
      const hits = seen.calls.filter((call) => call.command === command).length;
      return outcome(hits === times, `zca ${command} is called ${often(times)}`, often(hits));
    }
    case "logged": {
      const holds = seen.logged.some((line) => line.includes(wanted.words));
      return outcome(holds, `the log warns of "${wanted.words}"`, list(seen.logged));
    }
    case "status": {
      const holds = seen.issues.some((issue) => issue.includes(wanted.words));
      return outcome(holds, `status says "${wanted.words}"`, list(seen.issues));
    }
  }
}

function sentTo(word: string, { messages, names }: Seen): string[] {
  const id = names.id(word);
  return messages.flatMap(({ profile, threadId, text }) => (profile !== undefined && threadId === id ? [text] : []));
}

function outcome(holds: boolean, wanted: string, found: string): Outcome {
  return { holds, wanted, found };
}

function often(times: number): string {
  return times === 1 ? "once" : times === 0 ? "never" : `${times} times`;
}

function list(texts: readonly string[]): string {
  return texts.length === 0 ? "nothing" : texts.map((text) => JSON.stringify(text)).join(", ");
}
