import { fault } from "../../sim/control.ts";
import { processesOf } from "../../test/gateway/rig/processes.ts";
import { waitFor } from "../../test/gateway/rig/wait.ts";
import { builtDist } from "../../test/harness/breaks.ts";
import { createScene } from "../../test/harness/scene.ts";
import type { Row } from "../row.ts";

/** From the order to stop until no process is left, with a listener that takes no SIGTERM. */
export const stop: Row = {
  name: "stop",
  async run({ quick }) {
    const samples: number[] = [];
    for (let index = 0; index < (quick ? 3 : 10); index += 1) samples.push(await stopOnce());
    return [
      {
        name: "stop with a listener that ignores SIGTERM",
        unit: "ms",
        samples,
        bar: { of: "value", at: "most", limit: 4000 },
      },
    ];
  },
};

async function stopOnce(): Promise<number> {
  const scene = createScene({ dist: builtDist, seed: 1 });
  try {
    scene.world.setFaults([fault({ command: "listen" }, { group: "hang", mode: "ignore-sigterm" })]);
    await scene.begin();
    await scene.logIn();
    await scene.listening();
    const from = performance.now();
    await scene.host.stop();
    await waitFor("nothing to be left", async () => (await processesOf(scene.root)).length === 0);
    return performance.now() - from;
  } finally {
    await scene.dispose();
  }
}
