import { setTimeout as delay } from "node:timers/promises";
import type { Load } from "../../test/harness/host/messages.ts";
import { whileFeeding } from "../feeding.ts";
import type { Measurement, Row } from "../row.ts";

const perSecond = 4;
const group = "7044519283300900001";
const mega = 1024 * 1024;

interface Sample {
  readonly loopDelayMs: number;
  readonly heapMb: number;
  readonly cpuMsOfLine: number;
}

/** One process with 1, 10 and 50 accounts, each of which hears four group messages a second. */
export const accounts: Row = {
  name: "accounts",
  async run({ quick }) {
    const seconds = quick ? 15 : 60;
    const rounds = quick ? 1 : 3;
    const one: Sample[] = [];
    const ten: Sample[] = [];
    const fifty: Sample[] = [];
    for (let round = 0; round < rounds; round += 1) {
      one.push(await sample(1, seconds));
      ten.push(await sample(10, seconds));
      fifty.push(await sample(50, seconds));
    }
    const against = (of: (sample: Sample) => number) => ({ name: "1 account", samples: one.map(of) });
    const growth = (many: readonly Sample[], count: number) =>
      many.map(({ heapMb }, round) => (heapMb - (one[round]?.heapMb ?? Number.NaN)) / (count - 1));
    const delays = (name: string, samples: readonly Sample[]) => ({
      name: `event-loop delay p99, ${name} x 4 lines/s`,
      unit: "ms",
      samples: samples.map(({ loopDelayMs }) => loopDelayMs),
      baseline: against(({ loopDelayMs }) => loopDelayMs),
    });
    const costs = (name: string, samples: readonly Sample[]): Measurement => ({
      name: `processor time of a line, ${name}`,
      unit: "ms",
      samples: samples.map(({ cpuMsOfLine }) => cpuMsOfLine),
      baseline: against(({ cpuMsOfLine }) => cpuMsOfLine),
    });
    return [
      delays("10 accounts", ten),
      { ...delays("50 accounts", fifty), bar: { of: "ratio", at: "most", limit: 3 } },
      { name: "heap for each of 10 accounts", unit: "MB", samples: growth(ten, 10) },
      {
        name: "heap for each of 50 accounts",
        unit: "MB",
        samples: growth(fifty, 50),
        bar: { of: "value", at: "most", limit: 1.5 },
      },
      costs("10 accounts", ten),
      // Linear: a line costs no more among many accounts.
      { ...costs("50 accounts", fifty), bar: { of: "ratio", at: "most", limit: 1.5 } },
    ];
  },
};

function sample(count: number, seconds: number): Promise<Sample> {
  return whileFeeding({ accounts: count }, async ({ host, begin }) => {
    begin({ perSecond, total: perSecond * (seconds + 10), group });
    // Everything is compiled in the first seconds.
    await delay(5000);
    await host.ask({ do: "load" });
    await delay(seconds * 1000);
    const { loopDelayMs, cpuMs } = await host.ask<Load>({ do: "load" });
    const { heapUsed } = await host.ask<NodeJS.MemoryUsage>({ do: "memory" });
    return { loopDelayMs, heapMb: heapUsed / mega, cpuMsOfLine: cpuMs / (count * perSecond * seconds) };
  });
}
