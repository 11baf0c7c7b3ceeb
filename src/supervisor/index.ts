export type { LoginGate } from "./admission.js";
export { freshBudget, type SlowBudget } from "./backoff.js";
export { sleep, systemClock, type Clock } from "./clock.js";
export { endingKinds, type EndingKind, type ListenerExit, type Verdict } from "./endings.js";
export type { ExitRecord, SupervisorSnapshot } from "./history.js";
export type { PauseOutcome } from "./pauses.js";
export { defaultSupervisorSettings, type SupervisorSettings } from "./settings.js";
export { createSupervisor, type RunOutcome, type Supervisor } from "./supervisor.js";
export type { ListenerHandle } from "./options.js";
