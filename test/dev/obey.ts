import { parseStep } from "../../sim/scenario/read.ts";
import type { Narrator } from "../demo/narrator.ts";
import { readPlayable } from "../replay/read.ts";
import { help, type Typed } from "./lines.ts";
import { playScenarioHere, playStepHere } from "./play-here.ts";
import type { Session } from "./session.ts";

/** Does what a line at the prompt asks for; what goes wrong is said and ends nothing. */
export async function obey(typed: Typed, session: Session, narrator: Narrator): Promise<void> {
  try {
    await carryOut(typed, session, narrator);
  } catch (error) {
    narrator.say(error instanceof Error ? error.message : String(error));
  }
}

async function carryOut(typed: Typed, session: Session, narrator: Narrator): Promise<void> {
  const { zalo, host, cast } = session;
  const { assistant, family, lan, stranger } = cast;
  const run = async (...args: readonly string[]) => {
    narrator.say(`$ openclaw ${args.join(" ")}`);
    await host.cli(args, { onOutput: narrator.quote });
  };
  switch (typed.do) {
    case "say":
      zalo.say({ from: typed.as === "lan" ? lan.uid : stranger.uid, to: assistant.uid, text: typed.text });
      return;
    case "say-in-group": {
      const text = `@${assistant.displayName} ${typed.text}`;
      zalo.say({ from: lan.uid, to: { group: family.groupId }, text, mentions: [assistant.uid] });
      return;
    }
    case "approve":
      return run("pairing", "approve", "zalouser", typed.code);
    case "status":
      if (!session.isRunning()) return narrator.say("No gateway is running. :reload starts one.");
      return run("channels", "status");
    case "incomplete":
      return narrator.say(`Type more: ${typed.usage}`);
    case "help":
      return narrator.say(help.join("\n"));
    case "unknown":
      return narrator.say(`There is no order :${typed.word}. Type :help for those there are.`);
    case "step":
      return playStepHere(parseStep(typed.step), session);
    case "play":
      return playScenarioHere(readPlayable(typed.file), session, narrator);
    case "nothing":
    case "quit":
    case "reload":
      return;
  }
}
