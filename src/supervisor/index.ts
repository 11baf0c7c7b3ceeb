export type { LoginGate } from "./admission.js";
export { freshBudget, type SlowBudget } from "./backoff.js";
export { systemClock, type Clock } from "./clock.js";
export type { EndingKind, ListenerExit, Verdict } from "./endings.js";
export type { SupervisorSnapshot } from "./history.js";
export { defaultSupervisorSettings, type SupervisorSettings } from "./settings.js";
export { createSupervisor, type RunOutcome, type Supervisor } from "./supervisor.js";
