import type { JournalEntry, ServerMessage } from "../../../sim/control.ts";
import { lateProgram } from "./late-program.ts";
import type { ModelRequest } from "./model.ts";
import type { Stage } from "./stage.ts";
import { waitFor } from "./wait.ts";

/** What happened since the recording began. */
export interface Recording {
  /** Messages that zca sent to Zalo, oldest first. */
  sent(): ServerMessage[];
  /** All calls of the zca installed first, except the listeners: the account of the late program starts when it can, beside any journey. */
  calls(): JournalEntry[];
  asked(): readonly ModelRequest[];
  /** Waits for a sent message. A string matches as a substring of the text. */
  answer(text: string | ((message: ServerMessage) => boolean), timeoutMs?: number): Promise<ServerMessage>;
}

export function record({ zalo, model, host }: Stage): Recording {
  const from = { messages: zalo.messages().length, calls: zalo.journal().length, asked: model.requests.length };
  const sent = () =>
    zalo
      .messages()
      .slice(from.messages)
      .filter(({ profile }) => profile !== undefined);
  const calls = () =>
    zalo
      .journal()
      .slice(from.calls)
      .filter(({ command, program }) => command !== "listen" && program !== lateProgram(host));
  const asked = () => model.requests.slice(from.asked);
  return {
    sent,
    calls,
    asked,
    answer(text, timeoutMs = 30_000) {
      const wanted = typeof text === "string" ? (message: ServerMessage) => message.text.includes(text) : text;
      const explain = async () => {
        const what = { sent: sent().map(({ text: said, threadId }) => ({ threadId, said })), asked: asked().length };
        return `${JSON.stringify(what, undefined, 2)}\n${(await host.log()).slice(-4000)}`;
      };
      return waitFor(`the message ${JSON.stringify(String(text))}`, () => sent().find(wanted), { timeoutMs, explain });
    },
  };
}
