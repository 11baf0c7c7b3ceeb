import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { createCast, type Cast } from "../../gateway/rig/cast.ts";
import { createStage, type Stage } from "../../gateway/rig/stage.ts";

/** One state folder with its gateway, Zalo and registry; each test builds on the ones before it. */
export interface Home {
  readonly stage: Stage;
  readonly cast: Cast;
  /** For packages and folders to link. */
  readonly folder: string;
}

/** There once the first test of the block runs. After a failed test the rest fails with its name. */
export function oneHome(): Home {
  let home: Home | undefined;
  let failed: string | undefined;
  const opened = (): Home => {
    if (home === undefined) throw new Error("The home is not there yet.");
    return home;
  };

  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "zalouser-install-"));
    const stage = await createStage();
    home = { stage, cast: createCast(stage), folder };
  });
  afterAll(async () => {
    await home?.stage.dispose();
    if (home) await rm(home.folder, { recursive: true, force: true, maxRetries: 5 });
  });
  beforeEach(() => {
    if (failed !== undefined) throw new Error(`"${failed}" failed, and this builds on it.`);
  });
  afterEach(({ task }) => {
    if (task.result?.state === "fail") failed ??= task.name;
  });

  return {
    get stage() {
      return opened().stage;
    },
    get cast() {
      return opened().cast;
    },
    get folder() {
      return opened().folder;
    },
  };
}
