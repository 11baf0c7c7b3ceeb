import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createCast } from "../../test/gateway/rig/cast.ts";
import { openLogin } from "../../test/gateway/rig/login.ts";
import type { ConfigTree } from "../../test/gateway/rig/config.ts";
import { createStage, type Stage } from "../../test/gateway/rig/stage.ts";
import { OFFICIAL, packOfficial } from "../../test/install/rig/versions.ts";
import type { Row } from "../row.ts";

/** What a start leaves behind is collected sooner or later; the least that was seen within this time counts. */
const settlingMs = { quick: 12_000, full: 45_000 };
const mega = 1024 * 1024;

interface Idle {
  /** The gateway's own process. */
  readonly gatewayMb: number;
  /** With all it started. */
  readonly treeMb: number;
}

/** The memory of a real, idle gateway: without a plugin for Zalo, with the official one, and with this one. */
export const gatewayMemory: Row = {
  name: "gateway memory",
  async run({ quick }) {
    const settleMs = quick ? settlingMs.quick : settlingMs.full;
    const idleWith = (prepare: (stage: Stage) => Promise<void>) => leastOf(prepare, settleMs);
    const bare: Idle[] = [];
    const official: Idle[] = [];
    const ours: Idle[] = [];
    const listening: Idle[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      bare.push(await idleWith(async () => {}));
      official.push(await idleWith(installOfficial));
      ours.push(await idleWith(installOurs));
      listening.push(
        await idleWith(async (stage) => {
          await installOurs(stage);
          await logIn(stage);
        }),
      );
    }
    const added = (samples: readonly Idle[], of: keyof Idle) =>
      samples.map((sample, round) => sample[of] - (bare[round]?.[of] ?? Number.NaN));
    const baseline = (of: keyof Idle) => ({ name: "official plugin", samples: added(official, of) });
    return [
      {
        name: "memory added to an idle gateway, not logged in",
        unit: "MB",
        samples: added(ours, "gatewayMb"),
        baseline: baseline("gatewayMb"),
        bar: { of: "difference", at: "most", limit: 0 },
      },
      { name: "the same with one account that listens", unit: "MB", samples: added(listening, "gatewayMb") },
      { name: "and its zca listen beside it", unit: "MB", samples: added(listening, "treeMb") },
    ];
  },
};

async function leastOf(prepare: (stage: Stage) => Promise<void>, settleMs: number): Promise<Idle> {
  const stage = await createStage();
  try {
    await prepare(stage);
    await stage.host.gateway.start();
    const gateway = stage.host.gateway.pid();
    if (gateway === undefined) throw new Error("The gateway ended.");
    const seen: Idle[] = [];
    for (const endMs = performance.now() + settleMs; performance.now() < endMs; await delay(1000)) {
      const tree = await stage.host.processes();
      seen.push({ gatewayMb: residentMb(gateway), treeMb: tree.reduce((sum, { pid }) => sum + residentMb(pid), 0) });
    }
    const least = (of: keyof Idle) => Math.min(...seen.map((idle) => idle[of]));
    return { gatewayMb: least("gatewayMb"), treeMb: least("treeMb") };
  } finally {
    await stage.dispose();
  }
}

async function installOurs(stage: Stage): Promise<void> {
  const { code, stderr } = await stage.install("tarball");
  if (code !== 0) throw new Error(`The plugin could not be installed: ${stderr}`);
  await enable(stage);
}

async function installOfficial(stage: Stage): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "zalouser-bench-"));
  try {
    await stage.registry.publish(await packOfficial(folder));
    const args = ["plugins", "install", `@openclaw/zalouser@${OFFICIAL}`, "--accept-capabilities"];
    const { code, stderr } = await stage.host.cli(args, { installs: true });
    if (code !== 0) throw new Error(`The official plugin could not be installed: ${stderr}`);
    await enable(stage);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function enable({ host }: Stage): Promise<void> {
  return host.config.patch((config) => {
    config["channels"] = { ...(config["channels"] as ConfigTree | undefined), zalouser: { enabled: true } };
  });
}

async function logIn(stage: Stage): Promise<void> {
  const { assistant } = createCast(stage);
  const login = await openLogin(stage.host);
  const code = await login.code();
  stage.zalo.scanQr(code, { as: assistant.uid });
  await login.program.until("the phone's scan to be shown", /scanned|quét/iu);
  stage.zalo.confirmQr(code);
  await login.ended();
}

/** Proportional where it is shared with other processes. */
function residentMb(pid: number): number {
  try {
    const [, kilobytes = "0"] = /^Pss:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
    return (Number(kilobytes) * 1024) / mega;
  } catch {
    return 0; // It ended between two looks.
  }
}
