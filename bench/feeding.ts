import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createWorld } from "../sim/control.ts";
import { processesOf } from "../test/gateway/rig/processes.ts";
import { waitFor } from "../test/gateway/rig/wait.ts";
import { builtDist } from "../test/harness/breaks.ts";
import { createFakeHost, type FakeHost } from "../test/harness/host/child.ts";
import { feed, feederPath, type Feed } from "./feed.ts";

/** The plugin on a fake host whose listeners print at a given pace and whose agent says nothing. */
export interface Feeding {
  readonly root: string;
  readonly host: FakeHost;
  /** Lets every listener begin to print. */
  readonly begin: (what: Feed) => void;
}

export interface FeedingOptions {
  readonly accounts: number;
  /** Folder of the built plugin. */
  readonly dist?: string;
}

export async function whileFeeding<T>(
  { accounts, dist = builtDist }: FeedingOptions,
  measure: (feeding: Feeding) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(path.join(tmpdir(), "zalouser-bench-"));
  const world = createWorld(path.join(root, "zca"));
  const ids = Array.from({ length: accounts }, (_, index) => (index === 0 ? "default" : `shop${index}`));
  const people = ids.map((accountId) => ({ accountId, uid: world.addAccount({ displayName: accountId }).uid }));
  for (const { accountId, uid } of people) world.logIn(accountId, uid);
  const host = createFakeHost(
    {
      dist,
      root,
      config: {
        channels: {
          zalouser: {
            enabled: true,
            zcaBinary: feederPath,
            dmPolicy: "open",
            allowFrom: ["*"],
            groupPolicy: "open",
            defaultAccount: "default",
            catchUp: { enabled: false },
            accounts: Object.fromEntries(ids.map((accountId) => [accountId, {}])),
          },
        },
        messages: { inbound: { debounceMs: 0 } },
      },
      accounts: [],
      backoffMs: [1000],
      thinkMs: 0,
      agent: [{ to: "ns", says: "" }],
    },
    world.home,
  );
  try {
    await host.start();
    for (const { accountId, uid } of people) await host.ask({ do: "login", accountId, uid, name: accountId });
    const isUp = (accountId: string) => host.status(accountId)?.connected === true;
    await waitFor(`${accounts} account(s) to be connected`, () => ids.every(isUp), {
      explain: () =>
        host.problems
          .map(({ message }) => message)
          .slice(-5)
          .join("\n"),
    });
    return await measure({ root, host, begin: (what) => feed(world.home, what) });
  } finally {
    await host.kill();
    for (const { pid } of await processesOf(root)) process.kill(pid, "SIGKILL");
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}
