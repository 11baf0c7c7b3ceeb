import type { SlowBudget } from "./backoff.js";
import type { MachineState, Phase } from "./state.js";

/**
 * The state with the time it was last looked at. When the clock was set back meanwhile, all moments go with it: seen from
 * here they would lie hours ahead, and retries, renewals and the watch over silence would wait for as long.
 */
export function seenAt(state: MachineState, nowMs: number): MachineState {
  if (nowMs >= state.seenMs) return { ...state, seenMs: nowMs };
  const backMs = state.seenMs - nowMs;
  return { ...state, seenMs: nowMs, budget: earlier(state.budget, backMs), phase: phaseEarlier(state.phase, backMs) };
}

function earlier(budget: SlowBudget, backMs: number): SlowBudget {
  const all = (times: readonly number[]) => times.map((at) => at - backMs);
  return {
    ...budget,
    tries: all(budget.tries),
    starts: all(budget.starts),
    notBeforeMs: Math.max(0, budget.notBeforeMs - backMs),
  };
}

function phaseEarlier(phase: Phase, backMs: number): Phase {
  switch (phase.name) {
    case "starting":
      return { ...phase, sinceMs: phase.sinceMs - backMs };
    case "running":
      return {
        ...phase,
        startedAtMs: phase.startedAtMs - backMs,
        connectedAtMs: phase.connectedAtMs - backMs,
        lifeAtMs: phase.lifeAtMs - backMs,
        lineAtMs: phase.lineAtMs - backMs,
      };
    case "waiting":
    case "cooling":
    case "paused":
    case "missing":
      return { ...phase, untilMs: phase.untilMs - backMs };
    case "stopping":
      return { ...phase, startedAtMs: phase.startedAtMs - backMs };
    case "stopped":
    case "blocked":
      return phase;
  }
}
