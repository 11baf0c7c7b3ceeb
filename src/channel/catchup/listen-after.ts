import type { ListenerExit, ListenerHandle } from "../../supervisor/index.js";

/**
 * A listener that starts once `before` has settled; to the supervisor both are one. Stopping it during `before` ends
 * that and starts nothing. What `before` returns, if anything, is how the listener ended without having started.
 */
export function listenAfter(
  before: (signal: AbortSignal) => Promise<ListenerExit | undefined>,
  start: () => ListenerHandle,
): ListenerHandle {
  const stopping = new AbortController();
  let listener: ListenerHandle | undefined;
  const run = async (): Promise<ListenerExit> => {
    const ended = await before(stopping.signal);
    if (stopping.signal.aborted) return { kind: "closed", detail: "The listener was stopped before it started." };
    if (ended !== undefined) return ended;
    listener = start();
    return listener.exited;
  };
  const exited = run();
  return {
    exited,
    async stop(graceMs) {
      stopping.abort();
      await listener?.stop(graceMs);
      await exited;
    },
  };
}
