import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { zcaPath } from "../../sim/control.ts";
import { waitFor } from "../../test/gateway/rig/wait.ts";
import { builtDist } from "../../test/harness/breaks.ts";
import { createScene, type Scene } from "../../test/harness/scene.ts";
import { measurePairs } from "../pairs.ts";
import type { Row } from "../row.ts";

const profile = "default";

/** A listener killed by SIGKILL until its account is connected again, beside a bare listener from its start to the same moment. */
export const recovery: Row = {
  name: "recovery",
  async run({ quick }) {
    const pairs = await measurePairs(quick ? 4 : 15, 1, killedToConnected, bareToConnected);
    return [
      {
        name: "SIGKILL of the listener to connected again",
        unit: "ms",
        samples: pairs.ours,
        baseline: { name: "bare zca listen", samples: pairs.theirs },
        bar: { of: "difference", at: "most", limit: 1000 },
      },
    ];
  },
};

/** One kill a scene: an account whose listener dies over and over waits longer each time, as it should. */
function killedToConnected(): Promise<number> {
  return inScene(async ({ host, world }) => {
    const victim = world.listenerPid(profile);
    if (victim === undefined) throw new Error("Nobody listens.");
    const killedAtMs = Date.now();
    process.kill(victim, "SIGKILL");
    const again = await waitFor("the account to be connected again", () =>
      host.history.findLast(
        ({ atMs, status }) => atMs > killedAtMs && status.connected === true && world.listenerPid(profile) !== victim,
      ),
    );
    return again.atMs - killedAtMs;
  });
}

async function inScene(measure: (scene: Scene) => Promise<number>): Promise<number> {
  const scene = createScene({ dist: builtDist, seed: 1 });
  try {
    await scene.begin();
    await scene.logIn();
    await scene.listening();
    await waitFor("the account to be connected", () => scene.host.status(profile)?.connected === true);
    return await measure(scene);
  } finally {
    await scene.dispose();
  }
}

async function bareToConnected(): Promise<number> {
  return inScene(async ({ host, world }) => {
    await host.stop();
    const from = performance.now();
    const child = spawn(zcaPath, ["--profile", profile, "listen", "--raw", "--supervised"], {
      env: { ...process.env, OPENZCA_HOME: world.home },
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        if (line.includes('"event":"connected"')) return performance.now() - from;
      }
      throw new Error("The bare listener ended before it was connected.");
    } finally {
      child.kill("SIGKILL");
    }
  });
}
