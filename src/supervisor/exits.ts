import {
  afterEviction,
  afterFruitlessStart,
  countTry,
  earliestStartMs,
  earliestTryMs,
  lockDelayMs,
  retryDelayMs,
  uncountStart,
  type SlowBudget,
} from "./backoff.js";
import {
  costsNoLogin,
  isVerdictKind,
  mayCostLogin,
  remedyOf,
  type EndingKind,
  type Remedy,
  type Verdict,
} from "./endings.js";
import type { SupervisorSettings } from "./settings.js";
import {
  admit,
  forgive,
  same,
  to,
  type Effect,
  type MachineEvent,
  type MachineState,
  type Phase,
  type Step,
} from "./state.js";

/** What follows the end of a listener. Every exit is an exit, code 0 too. */
export function exited(
  state: MachineState,
  event: MachineEvent & { type: "exited" },
  nowMs: number,
  settings: SupervisorSettings,
): Step {
  const step = follow(state, event, nowMs, settings);
  const { budget } = step.state;
  if (budget === state.budget || step.effects.some(({ type }) => type === "save-budget")) return step;
  return { ...step, effects: [{ type: "save-budget", budget }, ...step.effects] };
}

function follow(
  state: MachineState,
  event: MachineEvent & { type: "exited" },
  nowMs: number,
  settings: SupervisorSettings,
): Step {
  const { phase } = state;
  if (phase.name !== "running" && phase.name !== "stopping" && !(phase.name === "starting" && phase.spawned))
    return same(state);
  const release: Effect = { type: "release" };
  const verdict: Verdict | undefined = isVerdictKind(event.kind)
    ? { kind: event.kind, detail: event.detail, atMs: nowMs }
    : undefined;
  if (phase.name === "stopping" && phase.next === "stop") {
    // A session that died on its own just before the stop is not worth a login to find out again.
    const kept: Effect[] = verdict === undefined ? [] : [{ type: "save-verdict", verdict }];
    return to(state, { name: "stopped" }, release, ...kept, { type: "finish" });
  }
  if (phase.name === "stopping" && phase.next === "wake") return again(state, nowMs, settings);

  const healthy = phase.name === "running" && nowMs - phase.connectedAtMs >= settings.healthyMs;
  // A connection forgets the fruitless starts before it, so some are left only where there was none.
  const unproven = state.budget.fruitless > 0;
  const wasFruitless = unproven && mayCostLogin(event.kind);
  const forgiven = healthy ? forgive(state) : state;
  const known = !unproven || wasFruitless ? forgiven : uncounted(forgiven, event.kind);
  const startedAtMs = phase.name === "starting" ? phase.sinceMs : phase.startedAtMs;
  const remedy = remedyOf(event.kind);
  const tried = () => countTry(known.budget, startedAtMs, settings);
  if (planned(phase, remedy, healthy)) return again(forgiven, nowMs, settings);
  if (wasFruitless && known.budget.fruitless >= settings.quickStarts)
    return cool(known, afterFruitlessStart(tried(), nowMs, event.roll, settings), release);
  switch (remedy) {
    case "blocked": {
      if (verdict === undefined) return same(state);
      return to(known, { name: "blocked", verdict }, release, { type: "save-verdict", verdict }, { type: "finish" });
    }
    case "missing":
      return to(known, { name: "missing", untilMs: nowMs + settings.lookEveryMs }, release);
    case "slow":
      return cool(known, afterEviction(tried(), nowMs, event.roll, settings), release);
    case "lock": {
      const lockFailures = known.lockFailures + 1;
      return wait(
        { ...known, lockFailures },
        nowMs,
        lockDelayMs(lockFailures, event.roll, settings),
        settings,
        release,
      );
    }
    case "renew":
    case "retry": {
      const failures = known.failures + 1;
      return wait({ ...known, failures }, nowMs, retryDelayMs(failures, event.roll, settings), settings, release);
    }
  }
}

function uncounted(state: MachineState, kind: EndingKind): MachineState {
  return { ...state, budget: uncountStart(state.budget, { costless: costsNoLogin(kind) }) };
}

function again(state: MachineState, nowMs: number, settings: SupervisorSettings): Step {
  const { state: next, effects } = admit(state, nowMs, settings);
  return { state: next, effects: [{ type: "release" }, ...effects] };
}

/** Ours, or the program's own after a healthy life: no failure. */
function planned(phase: Phase, remedy: Remedy, healthy: boolean): boolean {
  if (remedy !== "renew" && remedy !== "retry") return false;
  return phase.name === "stopping" ? phase.next === "renew" : remedy === "renew" && healthy;
}

/** Kept on disk before the wait, so that a restart does not cut it short. */
function cool(state: MachineState, budget: SlowBudget, release: Effect): Step {
  const save: Effect = { type: "save-budget", budget };
  return to({ ...state, budget }, { name: "cooling", untilMs: budget.notBeforeMs }, release, save);
}

/** A crash or a held lock inside an evicted account's try is not a way around its budget, nor is any start around the ceiling. */
function wait(
  state: MachineState,
  nowMs: number,
  delayMs: number,
  settings: SupervisorSettings,
  release: Effect,
): Step {
  const retryMs = nowMs + delayMs;
  const tryMs = state.budget.streak > 0 ? earliestTryMs(state.budget, retryMs, settings) : retryMs;
  const untilMs = earliestStartMs(state.budget, tryMs, settings);
  // A long wait reads as blocked: the host restarts an account that is merely recovering for more than two minutes.
  const name = untilMs > retryMs || delayMs > settings.retryCapMs ? "cooling" : "waiting";
  return to(state, { name, untilMs }, release);
}
