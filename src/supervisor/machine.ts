import { countStart, countTry, earliestTryMs, restoredBudget, type SlowBudget } from "./backoff.js";
import type { Verdict } from "./endings.js";
import { exited } from "./exits.js";
import { resumed, settlePause } from "./pause.js";
import { stop, wake } from "./requests.js";
import { seenAt } from "./set-back.js";
import type { SupervisorSettings } from "./settings.js";
import {
  admit,
  cleared,
  forgive,
  inTrouble,
  same,
  to,
  type MachineEvent,
  type MachineState,
  type Phase,
  type Step,
} from "./state.js";

/** One row per event. Events that do not fit the phase change nothing. */
export function step(state: MachineState, event: MachineEvent, nowMs: number, settings: SupervisorSettings): Step {
  const seen = seenAt(state, nowMs);
  const taken = settlePause(advance(seen, event, nowMs, settings), nowMs, settings);
  if (seen.budget === state.budget || taken.effects.some(({ type }) => type === "save-budget")) return taken;
  // What lies ahead of the clock would be forgotten by the next start of the gateway.
  return { ...taken, effects: [{ type: "save-budget", budget: taken.state.budget }, ...taken.effects] };
}

function advance(state: MachineState, event: MachineEvent, nowMs: number, settings: SupervisorSettings): Step {
  const { phase } = state;
  switch (event.type) {
    case "start":
      if (phase.name !== "stopped" && phase.name !== "blocked") return same(state);
      return begin(
        { ...state, pauseWanted: event.pauseFirst === true },
        event.verdict,
        event.budget ?? state.budget,
        nowMs,
        settings,
      );
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
        ? admit({ ...state, failures: 0 }, nowMs, settings)
        : to(state, { name: "missing", untilMs: nowMs + settings.lookEveryMs });
    case "wake":
      return wake(state, nowMs, settings);
    case "pause":
      return same({ ...state, pauseWanted: true });
    case "resume":
      return resumed(state, nowMs, settings);
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
      if (!phase.spawned) return phase.queued === true ? undefined : phase.sinceMs + settings.queuePatienceMs;
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
    case "paused":
      return undefined;
  }
}

function begin(
  state: MachineState,
  verdict: Verdict | undefined,
  stored: SlowBudget,
  nowMs: number,
  settings: SupervisorSettings,
): Step {
  if (verdict !== undefined) return to(state, { name: "blocked", verdict }, { type: "finish" });
  const budget = restoredBudget(stored, nowMs, settings);
  const fresh: MachineState = { ...cleared(state), budget };
  if (budget.streak === 0) return admit(fresh, nowMs, settings);
  // The account was cooling down when the gateway went: a restart is not a reason to try again sooner.
  const untilMs = earliestTryMs(budget, Math.max(nowMs, budget.notBeforeMs), settings);
  return untilMs > nowMs ? to(fresh, { name: "cooling", untilMs }) : admit(fresh, nowMs, settings);
}

function spawn(state: MachineState, nowMs: number, settings: SupervisorSettings): Step {
  const phase: Phase = { name: "starting", sinceMs: nowMs, spawned: true };
  const started = countStart(state.budget, nowMs, settings);
  const budget = started.streak === 0 ? started : countTry(started, nowMs, settings);
  return to({ ...state, budget }, phase, { type: "save-budget", budget }, { type: "spawn" });
}

function connected(state: MachineState, nowMs: number): Step {
  const { phase } = state;
  if (phase.name !== "starting" || !phase.spawned) return same(state);
  const budget: SlowBudget = { ...state.budget, fruitless: 0 };
  return to(
    { ...state, budget },
    { name: "running", startedAtMs: phase.sinceMs, connectedAtMs: nowMs, lifeAtMs: nowMs, lineAtMs: nowMs },
    { type: "release" },
    { type: "save-budget", budget },
  );
}

function tick(state: MachineState, busy: boolean, nowMs: number, settings: SupervisorSettings): Step {
  const due = nextTickMs(state, settings);
  if (due === undefined || nowMs < due) return same(state);
  const { phase } = state;
  if (phase.name === "waiting" || phase.name === "cooling") return admit(state, nowMs, settings);
  if (phase.name === "missing")
    return to(state, { name: "missing", untilMs: nowMs + settings.lookEveryMs }, { type: "look" });
  if (phase.name === "starting") {
    if (!phase.spawned) return to(state, { ...phase, queued: true });
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

function recycleAtMs(phase: Phase & { name: "running" }, settings: SupervisorSettings): number {
  if (settings.recycleMs <= 0) return Number.POSITIVE_INFINITY;
  const dueMs = phase.connectedAtMs + settings.recycleMs;
  const idleMs = phase.lineAtMs + settings.recycleIdleMs;
  return Math.min(Math.max(dueMs, idleMs), forcedRecycleMs(phase, settings));
}

function forcedRecycleMs(phase: Phase & { name: "running" }, settings: SupervisorSettings): number {
  return phase.connectedAtMs + settings.recycleMs + settings.recycleForceMs;
}
