import { earliestStartMs } from "./backoff.js";
import type { SupervisorSettings } from "./settings.js";
import { admit, same, to, type MachineState, type Step } from "./state.js";

/**
 * Carries a wanted pause out as soon as no start is in the middle of its login: a listener that runs is ended like one
 * that is renewed, a start that has not begun is put off. An account that is not to start by itself does not pause.
 */
export function settlePause(taken: Step, nowMs: number, settings: SupervisorSettings): Step {
  const { state, effects } = taken;
  if (!state.pauseWanted) return taken;
  const { phase } = state;
  switch (phase.name) {
    case "running": {
      // It could not be started again: a working listener is worth more.
      if (earliestStartMs(state.budget, nowMs, settings) > nowMs) return refused(taken);
      const { state: next } = to(state, { name: "stopping", next: "renew", startedAtMs: phase.startedAtMs });
      return { state: next, effects: [...effects, { type: "kill" }] };
    }
    case "starting": {
      if (phase.spawned) return taken;
      const others = effects.filter(({ type }) => type !== "admit");
      const withdrawal = others.length === effects.length ? [{ type: "withdraw" } as const] : [];
      return pausedUntil(state, nowMs, [...others, ...withdrawal]);
    }
    case "waiting":
      return pausedUntil(state, phase.untilMs, effects);
    case "stopping":
      return taken;
    case "paused":
      // What asked is served within this pause, unless it is being broken off.
      if (!phase.stopping) return { state: { ...state, pauseWanted: false }, effects };
      return refused(taken);
    case "stopped":
    case "cooling":
    case "missing":
    case "blocked":
      return refused(taken);
  }
}

/** The end of a pause: the listener starts when it would have started without it, at once if that is over. */
export function resumed(state: MachineState, nowMs: number, settings: SupervisorSettings): Step {
  const { phase } = state;
  if (phase.name !== "paused") return same(state);
  if (phase.stopping) return to(state, { name: "stopped" }, { type: "finish" });
  return phase.untilMs > nowMs ? to(state, { name: "waiting", untilMs: phase.untilMs }) : admit(state, nowMs, settings);
}

function pausedUntil(state: MachineState, untilMs: number, effects: Step["effects"]): Step {
  const phase = { name: "paused", untilMs, stopping: false } as const;
  return { state: { ...state, pauseWanted: false, phase }, effects: [...effects, { type: "pause-began" }] };
}

function refused({ state, effects }: Step): Step {
  return { state: { ...state, pauseWanted: false }, effects: [...effects, { type: "pause-refused" }] };
}
