// The main job on a real OpenClaw gateway, for a person to watch: `npm run demo [-- --interactive] [-- --keep]`.
// With `--tour` all of the channel's features instead, and a checklist.
// Only Zalo's servers and the language model are simulated. Exits 0 only if everything it shows has happened.
import { createCast } from "../gateway/rig/cast.ts";
import { createStage } from "../gateway/rig/stage.ts";
import { converse } from "./interactive.ts";
import { disposedWhenInterrupted, listenForInterruption } from "./interruption.ts";
import { messageNews } from "./live-messages.ts";
import { createNarrator } from "./narrator.ts";
import { answer, install, killAndRecover, logIn, longAnswer, pair, start, stop, type Scene } from "./steps.ts";
import { playTour } from "./tour/tour.ts";

const known = ["--interactive", "--keep", "--tour"];
const args = process.argv.slice(2);
const unknown = args.find((arg) => !known.includes(arg));
if (unknown !== undefined) {
  console.error(`Unknown option "${unknown}". Options: ${known.join(", ")}.`);
  process.exit(2);
}

const keep = args.includes("--keep");
const interruption = listenForInterruption();
const narrator = createNarrator((text) => void process.stdout.write(text));
narrator.say(
  "A real OpenClaw gateway and real zca subprocesses; Zalo's servers and the language model are simulated here.",
);
const stage = await narrator.during("packing the plugin and preparing an isolated home", () =>
  disposedWhenInterrupted(interruption, () => createStage({ keep })),
);

try {
  const scene = { stage, cast: createCast(stage), narrator };
  await (args.includes("--tour") ? playTour(scene) : play(scene));
} catch (error) {
  if (!interruption.aborted) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    console.error(`\nLast lines of the gateway's log:\n${(await stage.host.log()).split("\n").slice(-25).join("\n")}`);
    process.exitCode = 1;
  }
} finally {
  if (!interruption.aborted) await stage.dispose();
  if (keep) narrator.say(`kept: ${stage.host.folders.root}`);
}

async function play(scene: Scene): Promise<void> {
  await install(scene);
  await logIn(scene);
  const endNews = narrator.follow(messageNews(stage));
  try {
    for (const step of [start, pair, answer]) await step(scene);
    if (args.includes("--interactive")) await converse(scene);
    else for (const step of [longAnswer, killAndRecover]) await step(scene);
    await stop(scene);
  } finally {
    endNews();
  }
  summarize();
}

/** Counts everything once more at Zalo's side and in zca's own journal, whatever the steps have said. */
function summarize(): void {
  const messages = stage.zalo.messages();
  const sent = messages.filter(({ profile }) => profile !== undefined);
  const counts = new Map<string, number>();
  for (const { command } of stage.zalo.journal()) counts.set(command, (counts.get(command) ?? 0) + 1);
  narrator.step("Summary");
  narrator.say(`messages to the account: ${messages.length - sent.length}, from the account: ${sent.length}`);
  narrator.say(`turns asked of the model: ${stage.model.requests.length}`);
  narrator.say(`zca calls: ${[...counts].map(([command, count]) => `${command} × ${count}`).join(", ")}`);
  narrator.verify(
    `each of the ${sent.length} messages took one "zca msg send", and no call sent two`,
    counts.get("msg send") === sent.length && new Set(sent.map(({ call }) => call)).size === sent.length,
  );
  narrator.say(`${narrator.verified().length} facts verified, none failed.`);
}
