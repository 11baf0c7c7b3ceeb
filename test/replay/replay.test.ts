import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readScenario } from "../../sim/scenario/read.ts";
import { processesOf } from "../gateway/rig/processes.ts";
import { builtDist } from "../harness/breaks.ts";
import { replay } from "./run.ts";

const sample = fileURLToPath(new URL("../../sim/scenarios/lost-answer.json", import.meta.url));

test("the sample of a lost answer is replayed on the plugin as built, and an expectation that is wrong does not hold", async () => {
  const scenario = readScenario(sample);
  const expectNow = [...scenario.expect, { that: "silent", to: "lan" } as const];
  const steps: string[] = [];
  const say = (line: string) => void steps.push(line);
  const outcomes = await replay({ ...scenario, expect: expectNow }, { dist: builtDist, say, withinMs: 5000 });
  expect(steps).toHaveLength(scenario.steps.length);
  expect(outcomes.slice(0, -1).filter(({ holds }) => !holds)).toEqual([]);
  expect(outcomes.at(-1)).toMatchObject({ holds: false, wanted: "lan is sent nothing" });
});

test("an interrupted run says so and leaves neither processes nor its folder", async () => {
  const scenario = readScenario(sample);
  const stop = new AbortController();
  let folder = "";
  const run = replay(scenario, {
    dist: builtDist,
    say: () => stop.abort(),
    onWorld: (_world, root) => void (folder = root),
    signal: stop.signal,
  });
  await expect(run).rejects.toThrowError("Interrupted.");
  expect(await processesOf(folder)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});
