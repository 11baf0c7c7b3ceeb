import type { Host } from "./host.ts";
import { waitFor } from "./wait.ts";

export interface StopTimes {
  /** Milliseconds from SIGTERM until no `zca` was left. */
  readonly zcaMs: number;
  /** Milliseconds until the gateway process had ended; closing its databases may take it seconds after a boot. */
  readonly gatewayMs: number;
}

/** Stops the gateway by SIGTERM and times it. Fails when a process of this host is left. */
export async function stopGateway(host: Host): Promise<StopTimes> {
  const startedAt = performance.now();
  const isZca = ({ command }: { command: string }) => / (?:listen|msg) /u.test(command);
  const zcaGone = waitFor("zca to end", async () => !(await host.processes()).some(isZca)).then(() =>
    Math.round(performance.now() - startedAt),
  );
  const [gatewayMs, zcaMs] = await Promise.all([host.gateway.stop(), zcaGone]);
  const left = await host.processes();
  if (left.length > 0) throw new Error(`Left behind: ${JSON.stringify(left)}`);
  return { zcaMs, gatewayMs };
}
