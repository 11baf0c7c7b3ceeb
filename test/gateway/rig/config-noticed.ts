import type { Stage } from "./stage.ts";
import { waitFor } from "./wait.ts";

/** Waits until the gateway has looked at a change below this config path. */
export async function configNoticed({ host }: Pick<Stage, "host">, path: string, since = 0): Promise<void> {
  const noticed = new RegExp(`evaluating reload \\([^)]*\\b${path.replaceAll(".", "\\.")}`, "u");
  await waitFor(`the gateway to notice ${path}`, () => noticed.test(host.gateway.output().slice(since)), {
    explain: () => host.gateway.output().slice(since).slice(-4000),
  });
}
