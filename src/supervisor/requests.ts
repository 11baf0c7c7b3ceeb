import { freshBudget, uncountStart } from "./backoff.js";
import type { SupervisorSettings } from "./settings.js";
import { admit, cleared, same, to, type Effect, type MachineState, type Step } from "./state.js";

/** A new login: what the old session did no longer counts. */
export function wake(state: MachineState, nowMs: number, settings: SupervisorSettings): Step {
  const { phase } = state;
  const renewed: MachineState = { ...cleared(state), budget: freshBudget };
  const save: Effect = { type: "save-budget", budget: freshBudget };
  switch (phase.name) {
    case "stopped":
    case "blocked":
      return same(state);
    case "waiting":
    case "cooling":
    case "missing": {
      const { state: next, effects } = admit(renewed, nowMs, settings);
      return { state: next, effects: [save, ...effects] };
    }
    case "paused":
      return to(renewed, { ...phase, untilMs: nowMs }, save);
    case "starting":
      if (!phase.spawned) return to(renewed, phase, save);
      return to(renewed, { name: "stopping", next: "wake", startedAtMs: phase.sinceMs }, save, { type: "kill" });
    case "running":
      return to(renewed, { name: "stopping", next: "wake", startedAtMs: phase.startedAtMs }, save, { type: "kill" });
    case "stopping":
      return phase.next === "stop" ? same(state) : to(renewed, { ...phase, next: "wake" }, save);
  }
}

/** The account ends: whatever is alive is told to. */
export function stop(state: MachineState): Step {
  const { phase } = state;
  switch (phase.name) {
    case "stopped":
    case "blocked":
      return same(state);
    case "waiting":
    case "cooling":
    case "missing":
      return to(state, { name: "stopped" }, { type: "finish" });
    case "starting":
      if (!phase.spawned) return to(state, { name: "stopped" }, { type: "withdraw" }, { type: "finish" });
      return cutShort(state, phase.sinceMs);
    case "running":
      return to(state, { name: "stopping", next: "stop", startedAtMs: phase.startedAtMs }, { type: "kill" });
    case "stopping":
      return to(state, { ...phase, next: "stop" });
    case "paused":
      return to(state, { ...phase, stopping: true }, { type: "pause-cancelled" });
  }
}

/** Stopped before it could connect, which is no failure of its own. */
function cutShort(state: MachineState, startedAtMs: number): Step {
  const budget = uncountStart(state.budget, { costless: false });
  const save: Effect = { type: "save-budget", budget };
  return to({ ...state, budget }, { name: "stopping", next: "stop", startedAtMs }, save, { type: "kill" });
}
