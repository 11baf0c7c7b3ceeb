import { measureReading } from "../../test/memory/measure.ts";
import type { Row } from "../row.ts";

const mega = 1024 * 1024;

export const listenerMemory: Row = {
  name: "listener memory",
  async run({ quick }) {
    const totalMb = quick ? 200 : 1024;
    const bare = await measureReading("bare", totalMb, 0);
    const plugin = await measureReading("plugin", totalMb, 0);
    if (plugin.messages !== bare.messages) {
      throw new Error(`The plugin read ${plugin.messages} messages, the bare loop ${bare.messages}.`);
    }
    const against = (samples: readonly number[]) => ({ name: "bare loop", samples });
    return [
      {
        name: `${totalMb} MB of listener output, retained heap`,
        unit: "MB",
        samples: [plugin.retained / mega],
        baseline: against([bare.retained / mega]),
        bar: { of: "value", at: "most", limit: 2 },
      },
      {
        name: `${totalMb} MB of listener output, peak`,
        unit: "MB",
        samples: [plugin.peak / mega],
        baseline: against([bare.peak / mega]),
        bar: { of: "difference", at: "most", limit: 8 },
      },
    ];
  },
};
