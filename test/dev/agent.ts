import type { ServerMessage } from "../../sim/control.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import type { ModelRequest } from "../gateway/rig/model.ts";
import { scripted } from "../harness/host/scripted-agent.ts";

/** The stand-in for the language model: repeats what it is told, or says what a scenario has for it. */
export interface Agent {
  /** Texts it was asked about, oldest first. */
  readonly asked: readonly string[];
  /** From now on it says this to messages that have the text; an empty list ends it. */
  learn(lines: NonNullable<Scenario["agent"]>): void;
  answer(request: Pick<ModelRequest, "turn">): string;
}

/** OpenClaw sends nothing when the model says so. */
const silence = "NO_REPLY";

export function createAgent(messages: () => readonly ServerMessage[]): Agent {
  const asked: string[] = [];
  let reply = scripted([]);
  return {
    asked,
    learn: (lines) => void (reply = scripted(lines)),
    answer({ turn }) {
      const heard = messages()
        .findLast(({ profile, text }) => profile === undefined && text.trim() !== "" && turn.includes(text.trim()))
        ?.text.trim();
      if (heard === undefined) return "Mình nghe đây 🙂";
      asked.push(heard);
      return reply(heard) ?? silence;
    },
  };
}
