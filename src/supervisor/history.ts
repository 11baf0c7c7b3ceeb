import type { ListenerExit, Verdict } from "./endings.js";
import type { MachineState } from "./state.js";

/** `blocked`: nothing is being tried now; `nextAttemptAtMs` tells whether it will be without help. */
export type Lifecycle = "starting" | "ready" | "recovering" | "blocked" | "stopped";

export interface ExitRecord extends ListenerExit {
  readonly atMs: number;
}

export interface SupervisorSnapshot {
  readonly lifecycle: Lifecycle;
  readonly phase: MachineState["phase"]["name"];
  /** Failures in a row that are not forgiven yet. */
  readonly attempts: number;
  /** Listeners started by this supervisor. */
  readonly starts: number;
  readonly connectedAtMs?: number;
  readonly nextAttemptAtMs?: number;
  readonly lastEnding?: ExitRecord;
  readonly verdict?: Verdict;
  /** The last exits, oldest first. */
  readonly exits: readonly ExitRecord[];
}

const keptExits = 20;

/** What happened so far, for status. */
export function createHistory() {
  const exits: ExitRecord[] = [];
  let starts = 0;
  return {
    started: () => {
      starts += 1;
    },
    ended: (exit: ListenerExit, atMs: number) => {
      exits.push({ kind: exit.kind, detail: exit.detail, atMs });
      if (exits.length > keptExits) exits.shift();
    },
    snapshot: (state: MachineState): SupervisorSnapshot => {
      const { phase } = state;
      const lastEnding = exits.at(-1);
      const waits = phase.name === "waiting" || phase.name === "cooling" || phase.name === "missing";
      return {
        lifecycle: lifecycleOf(state, exits.length > 0),
        phase: phase.name,
        attempts: state.failures + state.lockFailures + state.budget.streak,
        starts,
        exits: [...exits],
        ...(phase.name === "running" && { connectedAtMs: phase.connectedAtMs }),
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
  }
}
