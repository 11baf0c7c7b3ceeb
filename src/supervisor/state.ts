import { earliestStartMs, freshBudget, type SlowBudget } from "./backoff.js";
import type { EndingKind, Verdict } from "./endings.js";
import type { SupervisorSettings } from "./settings.js";

/** Where the one listener of an account stands. A child is alive in `starting` (once spawned), `running` and `stopping` only. */
export type Phase =
  | { readonly name: "stopped" }
  | {
      readonly name: "starting";
      readonly sinceMs: number;
      readonly spawned: boolean;
      /** Its turn at the login gate is long in coming. */
      readonly queued?: boolean;
    }
  | {
      readonly name: "running";
      readonly startedAtMs: number;
      readonly connectedAtMs: number;
      readonly lifeAtMs: number;
      readonly lineAtMs: number;
    }
  | { readonly name: "waiting" | "cooling"; readonly untilMs: number }
  /** No listener lives, so that other work can have the connection. `untilMs`: when the listener may start again. */
  | { readonly name: "paused"; readonly untilMs: number; readonly stopping: boolean }
  | { readonly name: "missing"; readonly untilMs: number }
  | { readonly name: "blocked"; readonly verdict: Verdict }
  | { readonly name: "stopping"; readonly next: "stop" | "renew" | "wake" | "retry"; readonly startedAtMs: number };

export interface MachineState {
  readonly phase: Phase;
  /** Failures in a row; a healthy connection forgives them. */
  readonly failures: number;
  readonly lockFailures: number;
  readonly budget: SlowBudget;
  /** Somebody waits for a moment without a listener. */
  readonly pauseWanted: boolean;
  /** The clock at the last event. */
  readonly seenMs: number;
}

/** `roll` is random in [0, 1): the machine itself stays pure. */
export type MachineEvent =
  | { readonly type: "start"; readonly verdict?: Verdict; readonly budget?: SlowBudget; readonly pauseFirst?: boolean }
  | { readonly type: "admitted" }
  | { readonly type: "connected" }
  | { readonly type: "heartbeat" }
  | { readonly type: "line" }
  | { readonly type: "exited"; readonly kind: EndingKind; readonly detail: string; readonly roll: number }
  /** `busy`: the account is in the middle of something a renewal would disturb. */
  | { readonly type: "tick"; readonly busy: boolean }
  | { readonly type: "looked"; readonly changed: boolean }
  | { readonly type: "wake" }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "stop" };

export type Effect =
  | { readonly type: "admit" }
  | { readonly type: "withdraw" }
  | { readonly type: "spawn" }
  | { readonly type: "kill" }
  | { readonly type: "release" }
  | { readonly type: "look" }
  | { readonly type: "pause-began" | "pause-refused" | "pause-cancelled" }
  | { readonly type: "save-budget"; readonly budget: SlowBudget }
  | { readonly type: "save-verdict"; readonly verdict: Verdict }
  | { readonly type: "finish" };

export interface Step {
  readonly state: MachineState;
  readonly effects: readonly Effect[];
}

export const initialState: MachineState = {
  phase: { name: "stopped" },
  failures: 0,
  lockFailures: 0,
  budget: freshBudget,
  pauseWanted: false,
  seenMs: Number.NEGATIVE_INFINITY,
};

/** Asks for a start; one too many for this hour has to wait. */
export function admit(state: MachineState, nowMs: number, settings: SupervisorSettings): Step {
  const allowedMs = earliestStartMs(state.budget, nowMs, settings);
  if (allowedMs > nowMs) return to(state, { name: "cooling", untilMs: allowedMs });
  return to(state, { name: "starting", sinceMs: nowMs, spawned: false }, { type: "admit" });
}

/** Whether an account cools down only because the hour's starts are used up. */
export function isAtCeiling({ phase, budget }: MachineState, nowMs: number, settings: SupervisorSettings): boolean {
  if (phase.name !== "cooling" || phase.untilMs <= budget.notBeforeMs) return false;
  return earliestStartMs(budget, nowMs, settings) > nowMs;
}

export function inTrouble(state: MachineState): boolean {
  return state.failures > 0 || state.lockFailures > 0 || state.budget.streak > 0;
}

/** No failure is remembered any more; the budget is another matter. */
export function cleared(state: MachineState): MachineState {
  return { ...state, failures: 0, lockFailures: 0 };
}

/** The tries stay: they still count against the window. */
export function forgive(state: MachineState): MachineState {
  return { ...cleared(state), budget: { ...state.budget, streak: 0, notBeforeMs: 0, fruitless: 0 } };
}

export function to(state: MachineState, phase: Phase, ...effects: readonly Effect[]): Step {
  return { state: { ...state, phase }, effects };
}

export function same(state: MachineState, ...effects: readonly Effect[]): Step {
  return { state, effects };
}
