import {
  afterEviction,
  afterFruitlessStart,
  countTry,
  earliestTryMs,
  lockDelayMs,
  retryDelayMs,
  type SlowBudget,
} from "./backoff.js";
import { isVerdictKind, mayCostLogin, remedyOf, type Remedy, type Verdict } from "./endings.js";
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
  if (phase.name === "stopping" && phase.next === "wake") return again(state, nowMs);

  const healthy = phase.name === "running" && nowMs - phase.connectedAtMs >= settings.healthyMs;
  const wasFruitless = phase.name !== "running" && mayCostLogin(event.kind);
  const forgiven = healthy ? forgive(state) : state;
  const known = wasFruitless ? { ...forgiven, fruitless: forgiven.fruitless + 1 } : forgiven;
  const startedAtMs = phase.name === "starting" ? phase.sinceMs : phase.startedAtMs;
  const remedy = remedyOf(event.kind);
  const tried = () => countTry(known.budget, startedAtMs, settings);
  if (planned(phase, remedy, healthy)) return again(forgiven, nowMs);
  if (wasFruitless && known.fruitless >= settings.quickStarts)
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
        nowMs + lockDelayMs(lockFailures, event.roll, settings),
        settings,
        release,
      );
    }
    case "renew":
    case "retry": {
      const failures = known.failures + 1;
      return wait({ ...known, failures }, nowMs + retryDelayMs(failures, event.roll, settings), settings, release);
    }
  }
}

function again(state: MachineState, nowMs: number): Step {
  const { state: next, effects } = admit(state, nowMs);
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

/** A crash or a held lock inside an evicted account's try is not a way around its budget. */
function wait(state: MachineState, retryMs: number, settings: SupervisorSettings, release: Effect): Step {
  const untilMs = state.budget.streak > 0 ? earliestTryMs(state.budget, retryMs, settings) : retryMs;
  return to(state, { name: untilMs > retryMs ? "cooling" : "waiting", untilMs }, release);
}
