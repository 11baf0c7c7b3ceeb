import type { World } from "../control.ts";
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

const profile = "default";
const patienceMs = 60_000;

/** Does one step; throws when what it waits for does not come. */
export async function playStep(step: Step, world: World, names: Names, machine: Machine): Promise<void> {
  switch (step.do) {
    case "say": {
      const { from, text, in: group, mention = false, overrides } = step;
      const called = mention ? `@${names.bot.name} ${text}` : text;
      world.say({
        from: names.id(from),
        to: group === undefined ? names.bot.uid : { group: names.id(group) },
        text: called,
        ...(mention ? { mentions: [names.bot.uid] } : {}),
        ...(overrides === undefined ? {} : { overrides }),
      });
      return;
    }
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
      return step.what === "host" ? machine.kill() : killListener(world);
    case "restart":
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
    case "wait-for":
      if (step.what === "listener") return world.waitForListening(profile, step.withinMs ?? patienceMs);
      return untilQuiet(machine, step.withinMs ?? patienceMs);
    case "wait-for-answer": {
      const { text, withinMs = patienceMs } = step;
      const id = names.id(step.to);
      await world.waitForMessage(
        (message) => message.profile !== undefined && message.threadId === id && message.text.includes(text),
        withinMs,
      );
      return;
    }
  }
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

async function untilQuiet(machine: Machine, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await machine.isQuiet())) {
    if (Date.now() > deadline) throw new Error(`It did not become quiet within ${timeoutMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Without the keys that are absent: optional ones of the file are undefined, those of a fault are missing. */
function known<T extends object>(match: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(match).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
