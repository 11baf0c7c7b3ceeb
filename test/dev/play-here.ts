import { isDeepStrictEqual } from "node:util";
import { createPlayer, type Machine } from "../../sim/scenario/play.ts";
import type { Scenario, Step } from "../../sim/scenario/schema.ts";
import { createSteady } from "../../sim/scenario/steady.ts";
import { introduce, namesOf, withIds, type Names } from "../../sim/scenario/stage.ts";
import type { Narrator } from "../demo/narrator.ts";
import { configNoticed } from "../gateway/rig/config-noticed.ts";
import { waitFor } from "../gateway/rig/wait.ts";
import { checkAll, describeOutcome, type Seen, settle } from "../replay/expectations.ts";
import { problemNews } from "./problem-news.ts";
import type { Session } from "./session.ts";

/** A turn takes about two seconds from the message to the answer. */
const quietMs = 4000;
/** How long what does not hold at first may take to come true. */
const patienceMs = 30_000;

/** Plays one step on the running gateway, with this session's people: lan, huy, tuan, stranger and the group family. */
export async function playStepHere(step: Step, session: Session): Promise<void> {
  await createPlayer(session.zalo, namesHere(session), machineOf(session))(step);
}

/**
 * Plays a scenario on the running gateway: its people join this Zalo, its config and its agent hold until the end, and
 * its expectations are looked at as `npm run replay` does.
 */
export async function playScenarioHere(scenario: Scenario, session: Session, narrator: Narrator): Promise<void> {
  const { zalo, agent, cast } = session;
  const names = introduce(zalo, scenario, cast.assistant);
  const machine = machineOf(session);
  const play = createPlayer(zalo, names, machine);
  const see = eyesFrom(session, names);
  const restoreConfig = await configure(scenario, names, session);
  agent.learn(scenario.agent ?? []);
  try {
    for (const [index, step] of scenario.steps.entries()) {
      narrator.say(`steps[${index}]: ${JSON.stringify(step)}`);
      await play(step);
    }
    const look = async () => checkAll(scenario.expect, await see(scenario));
    const outcomes = await settle(look, () => machine.isQuiet(), patienceMs);
    narrator.say(outcomes.map(describeOutcome).join("\n"));
  } finally {
    agent.learn([]);
    zalo.setFaults([]);
    await restoreConfig();
  }
}

/** Sees what happens from now on. */
function eyesFrom({ zalo, agent, host }: Session, names: Names): (scenario: Scenario) => Promise<Seen> {
  const from = { messages: zalo.messages().length, calls: zalo.journal().length, asked: agent.asked.length };
  const problems = problemNews(host.folders.logFile);
  const logged: string[] = [];
  return async ({ expect }) => {
    logged.push(...problems());
    const isStatusWanted = expect.some(({ that }) => that === "status");
    return {
      messages: zalo.messages().slice(from.messages),
      calls: zalo.journal().slice(from.calls),
      asked: agent.asked.slice(from.asked),
      logged,
      issues: isStatusWanted ? [(await host.cli(["channels", "status"])).stdout] : [],
      names,
    };
  };
}

/** Puts the scenario's config in the place of the session's; returns how to take it back. */
async function configure({ config }: Scenario, names: Names, session: Session): Promise<() => Promise<void>> {
  if (config === undefined) return async () => {};
  const { channels } = await session.host.config.read();
  await setChannels({ zalouser: { enabled: true, ...(withIds(config, names) as object) } }, session);
  return () => setChannels(channels, session);
}

async function setChannels(channels: unknown, { host, zalo, isRunning }: Session): Promise<void> {
  const since = host.gateway.output().length;
  const before = await host.config.read();
  await host.config.patch((tree) => void (tree["channels"] = channels));
  if (!isRunning() || isDeepStrictEqual(before["channels"], channels)) return;
  await configNoticed({ host }, "channels.zalouser", since);
  await waitFor("the account to listen with another config", () => zalo.isListening("default"));
}

function namesHere({ cast }: Session): Names {
  const { assistant, lan, huy, tuan, stranger, family } = cast;
  const ids = new Map(Object.entries({ lan, huy, tuan, stranger }).map(([word, { uid }]) => [word, uid]));
  ids.set("family", family.groupId);
  return namesOf(assistant.uid, assistant.displayName, ids, new Set(["family"]));
}

function machineOf({ host, zalo, agent, kill, restart }: Session): Machine {
  const look = () => [zalo.messages().length, zalo.journal().length, agent.asked.length].join();
  const isSteady = createSteady(look, quietMs, () => performance.now());
  return {
    kill,
    restart: async () => void (await restart()),
    // The running account notices new credentials by itself; one that was given up is started.
    async loggedIn() {
      await host.gateway.call("channels.start", { channel: "zalouser", accountId: "default" });
    },
    isQuiet: async () => isSteady(),
  };
}
