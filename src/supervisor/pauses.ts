import type { Clock } from "./clock.js";

/** `refused`: no pause was possible, because the account is stopping, blocked or cooling down. */
export type PauseOutcome<T> = { readonly kind: "done"; readonly value: T } | { readonly kind: "refused" };

export type PausedWork<T> = (signal: AbortSignal) => Promise<T>;

export interface Pauses {
  /** Queues work for the next pause, or for the one that is on. Rejects with what the work throws. */
  request<T>(work: PausedWork<T>, limitMs: number): Promise<PauseOutcome<T>>;
  wanted(): boolean;
  /** Runs all queued work, one piece after the other; settles when it is over. */
  run(): Promise<void>;
  /** Turns away what has not begun. */
  refuse(): void;
  /** Breaks off what runs and turns away the rest. */
  cancel(): void;
}

interface Queued {
  readonly limitMs: number;
  run(signal: AbortSignal): Promise<void>;
  refuse(): void;
}

/** What is to be done while no listener lives. */
export function createPauses(clock: Clock): Pauses {
  const queued: Queued[] = [];
  let current: AbortController | undefined;
  const refuse = () => {
    for (const work of queued.splice(0)) work.refuse();
  };
  return {
    request<T>(work: PausedWork<T>, limitMs: number) {
      const { promise, resolve, reject } = Promise.withResolvers<PauseOutcome<T>>();
      queued.push({
        limitMs,
        run: async (signal) => {
          try {
            resolve({ kind: "done", value: await work(signal) });
          } catch (error) {
            reject(error);
          }
        },
        refuse: () => resolve({ kind: "refused" }),
      });
      return promise;
    },
    wanted: () => queued.length > 0,
    async run() {
      for (let work = queued.shift(); work !== undefined; work = queued.shift()) {
        const controller = new AbortController();
        current = controller;
        const cancel = clock.setTimeout(() => controller.abort(), work.limitMs);
        // Waited for to its very end, aborted or not: until then its child may hold the connection.
        await work.run(controller.signal);
        cancel();
        current = undefined;
      }
    },
    refuse,
    cancel() {
      refuse();
      current?.abort();
    },
  };
}
