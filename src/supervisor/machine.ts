import { countTry, earliestTryMs, freshBudget, type SlowBudget } from "./backoff.js";
import type { Verdict } from "./endings.js";
import { exited } from "./exits.js";
import type { SupervisorSettings } from "./settings.js";
import {
  admit,
  cleared,
  forgive,
  inTrouble,
  same,
  to,
  type Effect,
  type MachineEvent,
  type MachineState,
  type Phase,
  type Step,
} from "./state.js";

/** One row per event. Events that do not fit the phase change nothing. */
export function step(state: MachineState, event: MachineEvent, nowMs: number, settings: SupervisorSettings): Step {
  const { phase } = state;
  switch (event.type) {
    case "start":
      if (phase.name !== "stopped" && phase.name !== "blocked") return same(state);
      return begin(state, event.verdict, event.budget ?? state.budget, nowMs, settings);
    case "admitted":
      return phase.name === "starting" && !phase.spawned
        ? spawn(state, nowMs, settings)
        : same(state, { type: "release" });
    case "connected":
      return connected(state, nowMs);
    case "heartbeat":
      return phase.name === "running" ? to(state, { ...phase, lifeAtMs: nowMs }) : same(state);
    case "line":
      if (phase.name === "starting" && !settings.supervised) return connected(state, nowMs);
      return phase.name === "running" ? to(state, { ...phase, lifeAtMs: nowMs, lineAtMs: nowMs }) : same(state);
    case "exited":
      return exited(state, event, nowMs, settings);
    case "tick":
      return tick(state, event.busy, nowMs, settings);
    case "looked":
      if (phase.name !== "missing") return same(state);
      return event.changed
        ? admit({ ...state, failures: 0 }, nowMs)
        : to(state, { name: "missing", untilMs: nowMs + settings.lookEveryMs });
    case "wake":
      return wake(state, nowMs);
    case "stop":
      return stop(state);
  }
}

/** When the phase needs the next tick, if it ever does. */
export function nextTickMs(state: MachineState, settings: SupervisorSettings): number | undefined {
  const { phase } = state;
  switch (phase.name) {
    case "waiting":
    case "cooling":
    case "missing":
      return phase.untilMs;
    case "starting":
      if (!phase.spawned) return undefined;
      return phase.sinceMs + (settings.supervised ? settings.connectTimeoutMs : settings.presumeConnectedMs);
    case "running": {
      const moments = [recycleAtMs(phase, settings)];
      if (settings.supervised) moments.push(phase.lifeAtMs + settings.heartbeatMs * settings.silentIntervals);
      if (inTrouble(state)) moments.push(phase.connectedAtMs + settings.healthyMs);
      const next = Math.min(...moments);
      return Number.isFinite(next) ? next : undefined;
    }
    case "stopped":
    case "blocked":
    case "stopping":
      return undefined;
  }
}

function begin(
  state: MachineState,
  verdict: Verdict | undefined,
  budget: SlowBudget,
  nowMs: number,
  settings: SupervisorSettings,
): Step {
  if (verdict !== undefined) return to(state, { name: "blocked", verdict }, { type: "finish" });
  const fresh: MachineState = { ...cleared(state), budget };
  if (budget.streak === 0) return admit(fresh, nowMs);
  // The account was cooling down when the gateway went: a restart is not a reason to try again sooner.
  const untilMs = earliestTryMs(budget, Math.max(nowMs, budget.notBeforeMs), settings);
  return untilMs > nowMs ? to(fresh, { name: "cooling", untilMs }) : admit(fresh, nowMs);
}

function spawn(state: MachineState, nowMs: number, settings: SupervisorSettings): Step {
  const phase: Phase = { name: "starting", sinceMs: nowMs, spawned: true };
  if (state.budget.streak === 0) return to(state, phase, { type: "spawn" });
  // Saved before the spawn: a gateway killed in the middle of a try has still used it.
  const budget = countTry(state.budget, nowMs, settings);
  return to({ ...state, budget }, phase, { type: "save-budget", budget }, { type: "spawn" });
}

function connected(state: MachineState, nowMs: number): Step {
  const { phase } = state;
  if (phase.name !== "starting" || !phase.spawned) return same(state);
  return to(
    { ...state, fruitless: 0 },
    { name: "running", startedAtMs: phase.sinceMs, connectedAtMs: nowMs, lifeAtMs: nowMs, lineAtMs: nowMs },
    { type: "release" },
  );
}

function tick(state: MachineState, busy: boolean, nowMs: number, settings: SupervisorSettings): Step {
  const due = nextTickMs(state, settings);
  if (due === undefined || nowMs < due) return same(state);
  const { phase } = state;
  if (phase.name === "waiting" || phase.name === "cooling") return admit(state, nowMs);
  if (phase.name === "missing")
    return to(state, { name: "missing", untilMs: nowMs + settings.lookEveryMs }, { type: "look" });
  if (phase.name === "starting") {
    if (!settings.supervised) return connected(state, nowMs);
    return to(state, { name: "stopping", next: "retry", startedAtMs: phase.sinceMs }, { type: "kill" });
  }
  if (phase.name !== "running") return same(state);
  const end = (next: "retry" | "renew") =>
    to(state, { name: "stopping", next, startedAtMs: phase.startedAtMs }, { type: "kill" });
  if (settings.supervised && nowMs >= phase.lifeAtMs + settings.heartbeatMs * settings.silentIntervals)
    return end("retry");
  if (nowMs >= recycleAtMs(phase, settings)) {
    // As good as a line: what is being done now is not an idle moment.
    if (busy && nowMs < forcedRecycleMs(phase, settings)) return to(state, { ...phase, lineAtMs: nowMs });
    const { state: next, effects } = end("renew");
    return { state: nowMs - phase.connectedAtMs >= settings.healthyMs ? forgive(next) : next, effects };
  }
  const forgiven = forgive(state);
  return to(forgiven, phase, { type: "save-budget", budget: forgiven.budget });
}

/** A new login: what the old session did no longer counts. */
function wake(state: MachineState, nowMs: number): Step {
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
      const { state: next, effects } = admit(renewed, nowMs);
      return { state: next, effects: [save, ...effects] };
    }
    case "starting":
      if (!phase.spawned) return to(renewed, phase, save);
      return to(renewed, { name: "stopping", next: "wake", startedAtMs: phase.sinceMs }, save, { type: "kill" });
    case "running":
      return to(renewed, { name: "stopping", next: "wake", startedAtMs: phase.startedAtMs }, save, { type: "kill" });
    case "stopping":
      return phase.next === "stop" ? same(state) : to(renewed, { ...phase, next: "wake" }, save);
  }
}

function stop(state: MachineState): Step {
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
      return to(state, { name: "stopping", next: "stop", startedAtMs: phase.sinceMs }, { type: "kill" });
    case "running":
      return to(state, { name: "stopping", next: "stop", startedAtMs: phase.startedAtMs }, { type: "kill" });
    case "stopping":
      return to(state, { ...phase, next: "stop" });
  }
}

function recycleAtMs(phase: Phase & { name: "running" }, settings: SupervisorSettings): number {
  if (settings.recycleMs <= 0) return Number.POSITIVE_INFINITY;
  const dueMs = phase.connectedAtMs + settings.recycleMs;
  const idleMs = phase.lineAtMs + settings.recycleIdleMs;
  return Math.min(Math.max(dueMs, idleMs), forcedRecycleMs(phase, settings));
}

function forcedRecycleMs(phase: Phase & { name: "running" }, settings: SupervisorSettings): number {
  return phase.connectedAtMs + settings.recycleMs + settings.recycleForceMs;
}
