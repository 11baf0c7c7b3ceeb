export type { LoginGate } from "./admission.js";
export { freshBudget, type SlowBudget } from "./backoff.js";
export { systemClock, type Clock } from "./clock.js";
export type { EndingKind, ListenerExit, Verdict, VerdictKind } from "./endings.js";
export type { ExitRecord, Lifecycle, SupervisorSnapshot } from "./history.js";
export { defaultSupervisorSettings, type SupervisorSettings } from "./settings.js";
export {
  createSupervisor,
  type BudgetStore,
  type ListenerHandle,
  type RunOutcome,
  type Supervisor,
  type SupervisorOptions,
  type VerdictStore,
} from "./supervisor.js";
