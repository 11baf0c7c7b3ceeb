/** What has to end with an account's run, however far its start came. */
export interface WindDown {
  /** Something that takes time to stop, and may be told to more than once. */
  stop(what: string, how: () => Promise<void>): void;
  /** Something to be done once all of that has stopped. */
  afterwards(what: string, how: () => void): void;
  /** Tells everything to stop, without waiting for it. */
  begin(): void;
  /** Stops what is left and waits for all of it. One part that cannot be stopped keeps no other running. */
  finish(): Promise<void>;
}

interface Step {
  readonly what: string;
  readonly how: () => Promise<void> | void;
}

export function openWindDown(onProblem: (what: string, error: unknown) => void): WindDown {
  const stops: Step[] = [];
  const rest: Step[] = [];

  async function run(steps: readonly Step[], problem: typeof onProblem): Promise<void> {
    const attempts = steps.map(async ({ what, how }) => {
      try {
        await how();
      } catch (error) {
        problem(what, error);
      }
    });
    await Promise.all(attempts);
  }

  return {
    stop: (what, how) => void stops.push({ what, how }),
    afterwards: (what, how) => void rest.push({ what, how }),
    // What goes wrong here goes wrong again at the end, and is told then.
    begin: () => void run(stops, () => {}),
    async finish() {
      await run(stops, onProblem);
      await run(rest, onProblem);
    },
  };
}
