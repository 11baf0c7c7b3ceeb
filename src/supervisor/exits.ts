import { afterEviction, countTry, earliestTryMs, lockDelayMs, retryDelayMs } from "./backoff.js";
import { isVerdictKind, remedyOf, type Verdict } from "./endings.js";
import type { SupervisorSettings } from "./settings.js";
import { admit, forgive, same, to, type Effect, type MachineEvent, type MachineState, type Step } from "./state.js";

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
  const known = healthy ? forgive(state) : state;
  const startedAtMs = phase.name === "starting" ? phase.sinceMs : phase.startedAtMs;
  const remedy = remedyOf(event.kind);
  switch (remedy) {
    case "blocked": {
      if (verdict === undefined) return same(state);
      return to(known, { name: "blocked", verdict }, release, { type: "save-verdict", verdict }, { type: "finish" });
    }
    case "missing":
      return to(known, { name: "missing", untilMs: nowMs + settings.lookEveryMs }, release);
    case "slow": {
      const budget = afterEviction(countTry(known.budget, startedAtMs, settings), nowMs, event.roll, settings);
      return to({ ...known, budget }, { name: "cooling", untilMs: budget.notBeforeMs }, release, {
        type: "save-budget",
        budget,
      });
    }
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
      const planned = phase.name === "stopping" ? phase.next === "renew" : remedy === "renew" && healthy;
      if (planned) return again(known, nowMs);
      const failures = known.failures + 1;
      return wait({ ...known, failures }, nowMs + retryDelayMs(failures, event.roll, settings), settings, release);
    }
  }
}

function again(state: MachineState, nowMs: number): Step {
  const { state: next, effects } = admit(state, nowMs);
  return { state: next, effects: [{ type: "release" }, ...effects] };
}

/** A crash or a held lock inside an evicted account's try is not a way around its budget. */
function wait(state: MachineState, retryMs: number, settings: SupervisorSettings, release: Effect): Step {
  const untilMs = state.budget.streak > 0 ? earliestTryMs(state.budget, retryMs, settings) : retryMs;
  return to(state, { name: untilMs > retryMs ? "cooling" : "waiting", untilMs }, release);
}
