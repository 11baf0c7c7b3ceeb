/**
 * Fired by Ctrl+C, by an order to end, and when nobody reads the output any more, as when its terminal is closed: also
 * then everything that was started has to be ended.
 */
export function listenForInterruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupted.abort());
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => interrupted.abort());
  return interrupted.signal;
}
