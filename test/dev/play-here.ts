import { playStep, type Machine } from "../../sim/scenario/play.ts";
import type { Step } from "../../sim/scenario/schema.ts";
import { createSteady } from "../../sim/scenario/steady.ts";
import { namesOf, type Names } from "../../sim/scenario/stage.ts";
import type { Narrator } from "../demo/narrator.ts";
import type { Session } from "./session.ts";

/** A turn takes about two seconds from the message to the answer. */
const quietMs = 4000;

/** Plays steps of a scenario on the running gateway, whose people are called as in the samples: lan, huy, tuan, stranger, family. */
export async function playHere(steps: readonly Step[], session: Session, narrator: Narrator): Promise<void> {
  const names = namesHere(session);
  const machine = machineOf(session);
  for (const step of steps) {
    narrator.say(`step: ${JSON.stringify(step)}`);
    await playStep(step, session.zalo, names, machine);
  }
}

function namesHere({ cast }: Session): Names {
  const { assistant, lan, huy, tuan, stranger, family } = cast;
  const ids = new Map(Object.entries({ lan, huy, tuan, stranger }).map(([word, { uid }]) => [word, uid]));
  ids.set("family", family.groupId);
  return namesOf(assistant.uid, assistant.displayName, ids, new Set(["family"]));
}

function machineOf({ host, zalo, model, restart }: Session): Machine {
  const look = () => [zalo.messages().length, zalo.journal().length, model.requests.length].join();
  const isSteady = createSteady(look, quietMs, () => performance.now());
  return {
    kill: () => host.gateway.kill(),
    restart: async () => void (await restart()),
    // The running account notices new credentials by itself; one that was given up is started.
    async loggedIn() {
      await host.gateway.call("channels.start", { channel: "zalouser", accountId: "default" });
    },
    isQuiet: async () => isSteady(),
  };
}
