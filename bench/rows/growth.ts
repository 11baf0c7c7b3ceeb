import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { waitFor } from "../../test/gateway/rig/wait.ts";
import { whileFeeding } from "../feeding.ts";
import type { Row } from "../row.ts";

const group = "7044519283300900001";

/** What an account keeps on disk after so many received messages. */
export const growth: Row = {
  name: "growth",
  async run() {
    const few = await bytesAfter(1000);
    const many = await bytesAfter(10_000);
    return [
      { name: "on disk after 10^3 messages", unit: "kB", samples: [few / 1000] },
      {
        name: "on disk after 10^4 messages",
        unit: "kB",
        samples: [many / 1000],
        baseline: { name: "10^3 messages", samples: [few / 1000] },
        // Linear at the most.
        bar: { of: "ratio", at: "most", limit: 11 },
      },
    ];
  },
};

interface Issues {
  readonly snapshot: { readonly application?: { readonly inbound?: number } };
}

function bytesAfter(total: number): Promise<number> {
  return whileFeeding({ accounts: 1 }, async ({ root, host, begin }) => {
    begin({ perSecond: 400, total, group });
    await waitFor(
      `${total} messages to be handled`,
      async () => {
        const { snapshot } = await host.ask<Issues>({ do: "issues", accountId: "default" });
        return (snapshot.application?.inbound ?? 0) >= total;
      },
      { intervalMs: 500 },
    );
    await host.stop();
    return sizeOf(path.join(root, "state", "zalouser"));
  });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, { parentPath, name }) => bytes + statSync(path.join(parentPath, name)).size, 0);
}
