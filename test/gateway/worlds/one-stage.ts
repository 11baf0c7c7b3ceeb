import { afterAll, afterEach, beforeAll, beforeEach, type TestContext } from "vitest";
import { createCast, type Cast } from "../rig/cast.ts";
import { createStage, type Stage } from "../rig/stage.ts";

/** The stage and people of a describe block, there once its first test runs. */
export interface World {
  readonly stage: Stage;
  readonly cast: Cast;
}

/** One stage for all tests of the block, which build on each other: nothing runs behind a failed test that `isBase`. */
export function onOneStage(isBase: (task: TestContext["task"]) => boolean): World {
  let world: World | undefined;
  let failed: string | undefined;
  const opened = (): World => {
    if (world === undefined) throw new Error("The stage is not there yet.");
    return world;
  };

  beforeAll(async () => {
    const stage = await createStage();
    world = { stage, cast: createCast(stage) };
  });

  afterAll(async () => {
    await world?.stage.dispose();
  });

  beforeEach(() => {
    if (failed !== undefined) throw new Error(`"${failed}" failed, and this builds on it.`);
  });

  afterEach(({ task }) => {
    if (task.result?.state === "fail" && isBase(task)) failed ??= task.name;
  });

  return {
    get stage() {
      return opened().stage;
    },
    get cast() {
      return opened().cast;
    },
  };
}
