import { styleText } from "node:util";
import { messageNews } from "../live-messages.ts";
import type { Scene } from "../steps.ts";
import { useTools } from "./agent-tools.ts";
import { openControlUi } from "./control-ui.ts";
import { talkInGroup } from "./groups.ts";
import { changeLive } from "./live-config.ts";
import { receiveMedia, sendMedia } from "./media.ts";
import { migrate } from "./migration.ts";
import { pairPerAccount } from "./pairing.ts";
import { sayWhy } from "./reasons.ts";
import { replyAndReact } from "./replies.ts";
import { stayAPerson } from "./safety.ts";
import { setUp } from "./setup.ts";
import { showSigns } from "./signs.ts";

interface Stop {
  readonly title: string;
  readonly play: (scene: Scene) => Promise<void>;
  /** Nothing can be shown without it. */
  readonly isBase?: true;
}

interface Outcome {
  readonly facts: readonly string[];
  /** Why the part is not done. */
  readonly failure?: string;
}

/** In this order: each stop builds on what the ones before it left, and the last one stops the gateway. */
const stops: readonly Stop[] = [
  { title: "Setup", play: setUp, isBase: true },
  { title: "Groups", play: talkInGroup },
  { title: "Media in", play: receiveMedia },
  { title: "Media out", play: sendMedia },
  { title: "Replies", play: replyAndReact },
  { title: "Message tool and agent tool", play: useTools },
  { title: "Typing, receipts, ack reaction", play: showSigns },
  { title: "Pairing", play: pairPerAccount },
  { title: "Account safety", play: stayAPerson },
  { title: "Say why", play: sayWhy },
  { title: "Live config", play: changeLive },
  { title: "Control UI", play: openControlUi },
  { title: "Doctor, audit, migration", play: migrate },
];

/** Plays every part of the channel on one gateway and ends with a checklist of what was really seen. */
export async function playTour({ stage, narrator, cast }: Scene): Promise<void> {
  const family = { ...cast.family, name: "Gia đình 🏡" };
  stage.zalo.renameGroup(family.groupId, family.name);
  const scene = { stage, narrator, cast: { ...cast, family } };
  const outcomes = new Map<Stop, Outcome>();
  const endNews = narrator.follow(messageNews(stage));
  try {
    for (const stop of stops) {
      const outcome = await play(scene, stop);
      outcomes.set(stop, outcome);
      if (stop.isBase && outcome.failure !== undefined) break;
    }
  } finally {
    endNews();
    printChecklist(scene, outcomes);
  }
  const failed = stops.filter((stop) => outcomes.get(stop)?.failure !== undefined);
  if (failed.length > 0) throw new Error(`Failed: ${failed.map((stop) => nameOf(stop)).join(", ")}.`);
}

/** A part that failed is named, and the others are played all the same. */
async function play(scene: Scene, stop: Stop): Promise<Outcome> {
  const { narrator } = scene;
  narrator.step(stop.title);
  const before = narrator.verified().length;
  const facts = () => narrator.verified().slice(before);
  try {
    await stop.play(scene);
    return { facts: facts() };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    narrator.say(styleText("red", `✘ ${failure}`));
    return { facts: facts(), failure };
  }
}

function printChecklist({ stage, narrator }: Scene, outcomes: ReadonlyMap<Stop, Outcome>): void {
  narrator.step("Checklist");
  for (const stop of stops) {
    const { facts, failure } = outcomes.get(stop) ?? { facts: [], failure: "not reached" };
    if (failure === undefined) narrator.say(`${styleText("green", `✔ ${nameOf(stop)}`)}: ${facts.join("; ")}`);
    else narrator.say(styleText("red", `✘ ${nameOf(stop)}: ${failure.split("\n")[0]}`));
  }
  const journal = stage.zalo.journal();
  const counts = new Map<string, number>();
  for (const { command } of journal) counts.set(command, (counts.get(command) ?? 0) + 1);
  const calls = [...counts].map(([command, count]) => `${command} × ${count}`).join(", ");
  narrator.say(`zca calls in all: ${journal.length} (${calls})`);
  const passed = [...outcomes.values()].filter(({ failure }) => failure === undefined);
  narrator.say(`${passed.length} of ${stops.length} parts, ${narrator.verified().length} facts verified.`);
}

function nameOf(stop: Stop): string {
  return `${stops.indexOf(stop) + 1}. ${stop.title}`;
}
