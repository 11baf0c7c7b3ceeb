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

/** Makes what has to be disposed of also when the program is interrupted, which then ends as Ctrl+C ends one. */
export async function disposedWhenInterrupted<T extends { dispose(): Promise<void> }>(
  interruption: AbortSignal,
  create: () => Promise<T>,
): Promise<T> {
  const made = await create();
  const end = async () => {
    await made.dispose();
    process.exit(130);
  };
  if (interruption.aborted) await end();
  interruption.addEventListener("abort", () => void end());
  return made;
}
