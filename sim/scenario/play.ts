import type { ServerMessage, World } from "../control.ts";
import { waitFor } from "../control/wait.ts";
import type { Step } from "./schema.ts";
import type { Names } from "./stage.ts";

/** What a step asks of the host the plugin runs on. */
export interface Machine {
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** A login as if by QR has just been confirmed on the phone. */
  loggedIn(): Promise<void>;
  /** Whether nothing is being worked on. */
  isQuiet(): Promise<boolean>;
}

/** Does one step; throws a sentence when it cannot be done, or when what it waits for does not come. */
export type Player = (step: Step) => Promise<void>;

const profile = "default";
const patienceMs = 60_000;

/** Plays steps in a world whose account is logged in as profile `default`, on a machine that runs the plugin. */
export function createPlayer(world: World, names: Names, machine: Machine): Player {
  // A listener outlives a killed host for a moment. What it hears reaches nobody, so nobody may take it for the account.
  let former: number | undefined;
  const hears = () => world.isListening(profile) && world.listenerPid(profile) !== former;

  return async (step) => {
    switch (step.do) {
      case "say":
        return say(step, world, names);
      case "say-as-owner": {
        const id = names.id(step.to);
        world.sayAsOwner(names.bot.uid, { ...(names.isGroup(step.to) ? { group: id } : { to: id }), text: step.text });
        return;
      }
      case "print":
        world.inject(profile, step.lines.map((line) => `${line}\n`).join(""));
        return;
      case "faults":
        world.setFaults(
          step.faults.map(({ match, effect }) => (match === undefined ? { effect } : { match: known(match), effect })),
        );
        return;
      case "kill":
        if (step.what === "listener") return killListener(world);
        former = world.listenerPid(profile);
        return machine.kill();
      case "restart":
        former = world.listenerPid(profile) ?? former;
        return machine.restart();
      case "network":
        if (step.is === "up") return world.networkUp();
        return untilDeaf(world, () => world.networkDown(step.ms));
      case "close":
        return untilDeaf(world, () => world.close(profile, step.code));
      case "expire-session":
        return untilDeaf(world, () => world.expireSession(profile));
      case "log-in":
        world.logIn(profile, names.bot.uid);
        return machine.loggedIn();
      case "wait-for": {
        const { withinMs = patienceMs } = step;
        if (step.what === "quiet") return until("things did not become quiet", () => machine.isQuiet(), withinMs);
        return until("the account did not listen", async () => hears(), withinMs);
      }
      case "wait-for-answer": {
        const { to, text, withinMs = patienceMs } = step;
        const id = names.id(to);
        const isSent = () => world.messages().some((sent) => isAnswer(sent, id) && sent.text.includes(text));
        return until(`no message with "${text}" was sent to ${to}`, async () => isSent(), withinMs);
      }
    }
  };
}

function say(step: Extract<Step, { do: "say" }>, world: World, names: Names): void {
  const { from, text, in: group, mention = false, overrides } = step;
  if (group !== undefined && !names.isGroup(group)) throw new Error(`There is no group "${group}".`);
  world.say({
    from: names.id(from),
    to: group === undefined ? names.bot.uid : { group: names.id(group) },
    text: mention ? `@${names.bot.name} ${text}` : text,
    ...(mention ? { mentions: [names.bot.uid] } : {}),
    ...(overrides === undefined ? {} : { overrides }),
  });
}

/** Whether zca sent this message to a conversation. */
export function isAnswer({ profile: sender, threadId }: ServerMessage, conversation: string): boolean {
  return sender !== undefined && threadId === conversation;
}

async function killListener(world: World): Promise<void> {
  const pid = await waitFor("a listener to kill", () => world.listenerPid(profile), patienceMs);
  process.kill(pid, "SIGKILL");
  await waitFor(
    "the killed listener to end",
    () => (world.listenerPid(profile) === pid ? undefined : true),
    patienceMs,
  );
}

/** Waits until the listener has lost its connection, or a step after it would still find the old one. */
async function untilDeaf(world: World, trouble: () => void): Promise<void> {
  trouble();
  await waitFor("the listener to be disconnected", () => (world.isListening(profile) ? undefined : true), patienceMs);
}

/** Throws what did not happen, as a sentence, when `holds` stays false. */
async function until(failure: string, holds: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Within ${withinMs / 1000} s ${failure}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Without the keys that are absent: optional ones of the file are undefined, those of a fault are missing. */
function known<T extends object>(match: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(match).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
