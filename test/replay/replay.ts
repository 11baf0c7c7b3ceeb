// Plays the scenario file of a bug report: `npm run replay -- <scenario.json> [--keep]`. sim/README.md, "Replay a bug".
// Exit code 0: every expectation holds; 1: one does not, or a step failed; 2: there is no such scenario.
import { parseArgs } from "node:util";
import { BadScenario } from "../../sim/scenario/read.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { listenForInterruption } from "../demo/interruption.ts";
import { messageNews } from "../demo/live-messages.ts";
import { createNarrator } from "../demo/narrator.ts";
import { builtDist } from "../harness/breaks.ts";
import { describeOutcome } from "./expectations.ts";
import { readPlayable } from "./read.ts";
import { replay } from "./run.ts";

const { scenario, keep } = readOrEnd();
const narrator = createNarrator((text) => void process.stdout.write(text));
const signal = listenForInterruption();
narrator.step(scenario.about);
let endNews = () => {};
let folder = "";
try {
  const outcomes = await replay(scenario, {
    dist: builtDist,
    say: narrator.say,
    keep,
    signal,
    onWorld(zalo, root) {
      folder = root;
      endNews = narrator.follow(messageNews({ zalo }));
    },
  });
  endNews();
  narrator.step("What was expected");
  for (const outcome of outcomes) narrator.say(describeOutcome(outcome));
  const failed = outcomes.filter(({ holds }) => !holds).length;
  narrator.say(failed === 0 ? "Everything that was expected holds." : `${failed} of ${outcomes.length} do not hold.`);
  if (failed > 0) process.exitCode = 1;
} catch (error) {
  endNews();
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
if (keep) narrator.say(`kept: ${folder}`);
process.exit();

function readOrEnd(): { readonly scenario: Scenario; readonly keep: boolean } {
  try {
    const { values, positionals } = parseArgs({ options: { keep: { type: "boolean" } }, allowPositionals: true });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) {
      throw new BadScenario("Name one scenario file: npm run replay -- sim/scenarios/lost-answer.json");
    }
    return { scenario: readPlayable(file), keep: values.keep ?? false };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}
