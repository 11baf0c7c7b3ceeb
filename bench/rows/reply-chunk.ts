import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createWorld, zcaPath } from "../../sim/control.ts";
import { measurePairs } from "../pairs.ts";
import type { Row } from "../row.ts";
import { createZca, sendText, spawnChild } from "../shipped.ts";

const own = "3300912847765512008";
const lan = "5120034498771203345";

export const replyChunk: Row = {
  name: "reply chunk",
  async run({ quick }) {
    const root = mkdtempSync(path.join(tmpdir(), "zalouser-bench-"));
    try {
      return await measureIn(root, quick ? 50 : 200);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};

async function measureIn(root: string, count: number) {
  const world = createWorld(path.join(root, "home"));
  world.addAccount({ uid: own, displayName: "Trợ lý" });
  world.addPerson({ uid: lan, displayName: "Lan Phạm" });
  world.befriend(own, lan);
  world.logIn("work", own);
  const requests: Parameters<typeof spawnChild>[0][] = [];
  const zca = createZca(
    {
      accountId: "work",
      profile: "work",
      configuredBinary: zcaPath,
      binaryConfigPath: "channels.zalouser.zcaBinary",
      parentEnv: { PATH: process.env["PATH"], HOME: root, OPENZCA_HOME: world.home },
      recordsDir: path.join(root, "records"),
    },
    {
      spawn(request) {
        requests.push(request);
        return spawnChild(request);
      },
    },
  );
  const message = { threadId: lan, isGroup: false, text: "Mai họp lúc 9h nhé 🙂", raw: true };
  const ours = async () => {
    const from = performance.now();
    const { kind } = await sendText(zca, message);
    if (kind !== "sent") throw new Error(`A send that nothing hinders ended as ${kind}.`);
    return performance.now() - from;
  };
  await ours();
  // The very call the plugin makes.
  const request = requests.at(-1);
  if (!request) throw new Error("The plugin started nothing.");
  const bare = async () => {
    const from = performance.now();
    const child = spawn(request.file, [...request.args], { env: request.env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.resume();
    child.stderr.resume();
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`The bare call ended with ${code}.`);
    return performance.now() - from;
  };
  requests.length = 0;
  const warmUp = 3;
  const pairs = await measurePairs(count, warmUp, ours, bare);
  return [
    {
      name: "one reply chunk, pacing excluded",
      unit: "ms",
      samples: pairs.ours,
      baseline: { name: "bare zca msg send", samples: pairs.theirs },
      bar: { of: "difference", at: "most", limit: 10 },
    },
    {
      name: "processes the zca layer starts for one chunk",
      unit: "calls",
      samples: [requests.length / (count + warmUp)],
      bar: { of: "value", at: "most", limit: 1 },
    },
  ] as const;
}
