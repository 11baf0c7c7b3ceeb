/** How this process meets SIGINT and SIGTERM. */
export interface Signals {
  /** Runs before a handled signal ends the process; newest first. */
  onEnd(cleanup: () => void): void;
  ignore(...names: ("SIGHUP" | "SIGINT" | "SIGTERM")[]): void;
  /** Ends only this long after a SIGTERM. */
  delay(ms: number): void;
  /** The signal that ended the process, once there is one. */
  received(): "SIGINT" | "SIGTERM" | undefined;
}

/** 130 after SIGINT, 143 after SIGTERM, each with its cleanup (contract 8.13). */
export function installSignals(): Signals {
  const cleanups: (() => void)[] = [];
  const ignored = new Set<string>();
  let delayMs = 0;
  let received: "SIGINT" | "SIGTERM" | undefined;
  const end = (name: "SIGINT" | "SIGTERM", code: number) => {
    if (ignored.has(name) || received !== undefined) return;
    received = name;
    setTimeout(() => {
      for (const cleanup of cleanups.toReversed()) cleanup();
      process.exit(code);
    }, delayMs);
  };
  process.on("SIGINT", () => end("SIGINT", 130));
  process.on("SIGTERM", () => end("SIGTERM", 143));
  return {
    onEnd: (cleanup) => void cleanups.push(cleanup),
    ignore(...names) {
      for (const name of names) ignored.add(name);
      if (ignored.has("SIGHUP")) process.on("SIGHUP", () => {});
    },
    delay(ms) {
      delayMs = ms;
    },
    received: () => received,
  };
}
