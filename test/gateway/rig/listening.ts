import type { Stage } from "./stage.ts";
import { waitFor } from "./wait.ts";

/** Pid of the listener that holds a profile now. Throws when there is none. */
export function listenerOf({ zalo }: Pick<Stage, "zalo">, profile: string): number {
  const pid = zalo.listenerPid(profile);
  if (pid === undefined) throw new Error(`Nobody listens for profile ${profile}.`);
  return pid;
}

/**
 * Waits until another listener than `before` has the profile and its websocket is open, and returns its pid. While an
 * old listener is being ended it looks alive for a moment; what is said to it then reaches nobody.
 */
export function successorOf(
  { zalo, host }: Pick<Stage, "zalo" | "host">,
  profile: string,
  before: number | undefined,
  timeoutMs = 60_000,
): Promise<number> {
  return waitFor(
    `a listener of ${profile} other than ${before ?? "none"}`,
    () => {
      const pid = zalo.listenerPid(profile);
      return pid !== before && zalo.isListening(profile) && zalo.listenerPid(profile) === pid && pid;
    },
    { timeoutMs, explain: async () => (await host.log()).slice(-6000) },
  );
}
