import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { waitFor } from "../../test/gateway/rig/wait.ts";
import { brokenDist } from "../../test/harness/breaks.ts";
import { breaksIn } from "../../test/harness/break-list.ts";
import type { Load } from "../../test/harness/host/messages.ts";
import { printedAt } from "../../test/harness/host/printed-at.ts";
import { feed, feederPath } from "../feed.ts";
import { whileFeeding } from "../feeding.ts";
import type { Measurement, Row } from "../row.ts";
import { percentile } from "../statistics.ts";

const perSecond = 200;

/** From the print of a line to the call of the host's dispatch, beside a bare loop at the other end of such a pipe. */
export const latency: Row = {
  name: "latency",
  async run({ quick }) {
    const total = perSecond * (quick ? 12 : 60);
    const rounds = 3;
    const bare: (readonly number[])[] = [];
    const journaled: (readonly number[])[] = [];
    const unjournaled: (readonly number[])[] = [];
    const without = brokenDist(breaksIn("journal"));
    try {
      for (let round = 0; round < rounds; round += 1) {
        bare.push(await bareDelays(total));
        journaled.push(await pluginDelays(total));
        unjournaled.push(await pluginDelays(total, without.dist));
      }
    } finally {
      without.dispose();
    }
    return [
      measurement("line to dispatch at 200 lines/s, journal on", journaled, bare, 0.5),
      measurement("line to dispatch at 200 lines/s, journal in memory", unjournaled, bare, 0.5),
      {
        ...measurement("line to dispatch at 200 lines/s, journal on", journaled, bare, 0.99),
        bar: { of: "ratio", at: "most", limit: 5 },
        cause:
          "A bare pipe only parses. Before its dispatch a line is committed to disk (fsync), judged by OpenClaw's ingress and timed by OpenClaw's session store; one garbage collection or slow fsync on top makes the 99th percentile.",
      },
      measurement("line to dispatch at 200 lines/s, journal in memory", unjournaled, bare, 0.99),
    ];
  },
};

function measurement(
  name: string,
  ours: readonly (readonly number[])[],
  bare: readonly (readonly number[])[],
  share: number,
): Measurement {
  const of = (rounds: readonly (readonly number[])[]) => rounds.map((delays) => percentile(delays, share));
  const label = `p${share * 100}`;
  return {
    name: `${name}, ${label}`,
    unit: "ms",
    samples: of(ours),
    baseline: { name: `bare pipe ${label}`, samples: of(bare) },
  };
}

/** The first seconds are left out: everything is compiled in them, and each of the 500 people writes for the first time. */
const settled = (delays: readonly number[]) => delays.slice(3 * perSecond);

async function pluginDelays(total: number, dist?: string): Promise<readonly number[]> {
  return whileFeeding({ accounts: 1, ...(dist === undefined ? {} : { dist }) }, async ({ host, begin }) => {
    await host.ask({ do: "load" });
    begin({ perSecond, total });
    await delay((total / perSecond) * 1000);
    const delays: number[] = [];
    await waitFor(
      "every line to be dispatched",
      async () => {
        delays.push(...(await host.ask<Load>({ do: "load" })).delaysMs);
        return delays.length >= total;
      },
      { timeoutMs: 60_000, intervalMs: 1000, explain: () => `${delays.length} of ${total} were.` },
    );
    return settled(delays);
  });
}

async function bareDelays(total: number): Promise<readonly number[]> {
  const home = mkdtempSync(path.join(tmpdir(), "zalouser-bench-"));
  feed(home, { perSecond, total });
  const child = spawn(feederPath, ["listen"], {
    env: { ...process.env, OPENZCA_HOME: home },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const delays: number[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { content = "" } = JSON.parse(line) as { readonly content?: string };
      const printed = printedAt(content);
      if (printed !== undefined) delays.push(Number(process.hrtime.bigint() - printed) / 1e6);
      if (delays.length === total) break;
    }
    return settled(delays);
  } finally {
    child.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true });
  }
}
