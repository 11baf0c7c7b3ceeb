import type { ListenerExit, Verdict } from "./endings.js";
import type { MachineState } from "./state.js";

/** `blocked`: nothing is being tried now; `nextAttemptAtMs` tells whether it will be without help. */
export type Lifecycle = "starting" | "ready" | "recovering" | "blocked" | "stopped";

export interface ExitRecord extends ListenerExit {
  readonly atMs: number;
  /** Why we ended it ourselves, when we did: the account stopped, its connection was renewed, a new login took over. */
  readonly asked?: "stop" | "renew" | "wake";
}

export interface SupervisorSnapshot {
  readonly lifecycle: Lifecycle;
  readonly phase: MachineState["phase"]["name"];
  /** Failures in a row that are not forgiven yet. */
  readonly attempts: number;
  /** Listeners started by this supervisor. */
  readonly starts: number;
  /** Start of the listener that runs or is on its way; before that, when it was asked for. */
  readonly startedAtMs?: number;
  readonly connectedAtMs?: number;
  /** When the last connection, or the last try for one, was over. */
  readonly lostAtMs?: number;
  readonly nextAttemptAtMs?: number;
  /** The start waits for other accounts of this machine to log in. */
  readonly queued: boolean;
  /** The hour's starts are used up: that alone is what the account waits for. */
  readonly atCeiling: boolean;
  /** The last one that was not asked for; may be from before a restart of the gateway. */
  readonly lastEnding?: ExitRecord;
  readonly verdict?: Verdict;
  /** The last exits, oldest first. */
  readonly exits: readonly ExitRecord[];
}

const keptExits = 20;

/** What happened so far, for status. */
export function createHistory() {
  let exits: readonly ExitRecord[] = [];
  let starts = 0;
  let hasEnded = false;
  let lostAtMs: number | undefined;
  return {
    started: () => {
      starts += 1;
    },
    /** What an earlier process of the gateway saw. */
    restore: (earlier: readonly ExitRecord[]) => {
      exits = [...earlier, ...exits].slice(-keptExits);
    },
    lost: (atMs: number) => {
      lostAtMs = atMs;
    },
    ended: (exit: ExitRecord): readonly ExitRecord[] => {
      hasEnded = true;
      lostAtMs = exit.atMs;
      exits = [...exits, exit].slice(-keptExits);
      return exits;
    },
    snapshot: (state: MachineState, atCeiling: boolean): SupervisorSnapshot => {
      const { phase } = state;
      const lastEnding = exits.findLast(({ asked }) => asked === undefined);
      const waits = phase.name === "waiting" || phase.name === "cooling" || phase.name === "missing";
      return {
        lifecycle: lifecycleOf(state, hasEnded),
        phase: phase.name,
        attempts: state.failures + state.lockFailures + state.budget.streak,
        starts,
        exits,
        queued: phase.name === "starting" && phase.queued === true,
        atCeiling,
        ...(phase.name === "starting" && { startedAtMs: phase.sinceMs }),
        ...(phase.name === "running" && { startedAtMs: phase.startedAtMs, connectedAtMs: phase.connectedAtMs }),
        ...(lostAtMs !== undefined && { lostAtMs }),
        ...(waits && { nextAttemptAtMs: phase.untilMs }),
        ...(phase.name === "blocked" && { verdict: phase.verdict }),
        ...(lastEnding && { lastEnding }),
      };
    },
  };
}

function lifecycleOf({ phase }: MachineState, hasEnded: boolean): Lifecycle {
  switch (phase.name) {
    case "stopped":
      return "stopped";
    case "starting":
      if (phase.queued === true) return "blocked";
      return hasEnded ? "recovering" : "starting";
    case "running":
      return "ready";
    case "waiting":
      return "recovering";
    case "cooling":
    case "missing":
    case "blocked":
      return "blocked";
    case "stopping":
      return phase.next === "stop" ? "stopped" : "recovering";
    case "paused":
      if (phase.stopping) return "stopped";
      return hasEnded ? "recovering" : "starting";
  }
}
