import { createAdmission, type LoginGate } from "./admission.js";
import type { SlowBudget } from "./backoff.js";
import { createBinaryWatch } from "./binary-watch.js";
import type { Clock } from "./clock.js";
import type { ListenerExit, Verdict } from "./endings.js";
import { nextTickMs, step } from "./machine.js";
import { createHistory, type SupervisorSnapshot } from "./history.js";
import { defaultSupervisorSettings, type SupervisorSettings } from "./settings.js";
import { initialState, type Effect, type MachineEvent } from "./state.js";

export interface ListenerHandle {
  /** Settles once, when the child is gone. */
  readonly exited: Promise<ListenerExit>;
  /** Asks the child to end, kills it after `graceMs`, settles when it is gone. */
  stop(graceMs: number): Promise<unknown>;
}

/** One account's slow-try budget on disk. */
export interface BudgetStore {
  read(): Promise<SlowBudget | undefined>;
  write(budget: SlowBudget): Promise<void>;
}

/** One account's blocked verdict on disk. */
export interface VerdictStore {
  read(): Promise<Verdict | undefined>;
  write(verdict: Verdict): Promise<void>;
}

export interface SupervisorOptions {
  /** Starts one listener. A throw counts as a crash. */
  start(): ListenerHandle;
  /**
   * Names the program file as it is now, such as its path and modification time. A program that proved unusable is
   * started again only when this differs from what it was at that start. Looks at the file system and never spawns.
   */
  binaryFingerprint(): string;
  /** Whether a renewal of the connection would disturb something now, such as a send in flight. */
  busy?(): boolean;
  readonly clock: Clock;
  /** Random in [0, 1). */
  readonly random: () => number;
  readonly gate: LoginGate;
  readonly budgets: BudgetStore;
  readonly verdicts: VerdictStore;
  onState?(snapshot: SupervisorSnapshot): void;
  /** Told when a store cannot be written; the listener goes on. */
  onProblem?(what: string, error: unknown): void;
  readonly settings?: Partial<SupervisorSettings>;
  /** Whether the listener reports its life; asked anew each time, for the program can be replaced by another. */
  supervised?(): boolean;
}

export type RunOutcome = { readonly kind: "stopped" } | { readonly kind: "blocked"; readonly verdict: Verdict };

export interface Supervisor {
  /** Keeps one listener alive until `signal` fires or only a person can help. Settles when child and timers are gone. */
  run(signal: AbortSignal): Promise<RunOutcome>;
  noteConnected(): void;
  noteHeartbeat(): void;
  /** A line that is no lifecycle record: the account is busy. */
  noteLine(): void;
  /** A new login happened: restart now, forget what the old session did. */
  wake(): void;
  snapshot(): SupervisorSnapshot;
}

/** Holds one account's listener up. The decisions are in `machine.ts`; here they meet processes, timers and files. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const settings: SupervisorSettings = { ...defaultSupervisorSettings, ...options.settings };
  const currentSettings = () => ({ ...settings, supervised: options.supervised?.() ?? settings.supervised });
  const { clock } = options;
  const history = createHistory();
  let state = initialState;
  let running = false;
  let child: ListenerHandle | undefined;
  let cancelTick: (() => void) | undefined;
  let finish: (() => void) | undefined;
  const pending: MachineEvent[] = [];
  let writes: Promise<void> = Promise.resolve();

  const problem = (what: string, error: unknown) => options.onProblem?.(what, error);
  const admission = createAdmission(options.gate, clock, settings.gateHoldMs, (error) =>
    problem("the login gate", error),
  );
  const binary = createBinaryWatch(
    () => options.binaryFingerprint(),
    (error) => problem("looking for the binary", error),
  );
  const snapshot = () => history.snapshot(state);

  /** Events raised while one is being carried out wait for it. */
  function dispatch(event: MachineEvent): void {
    pending.push(event);
    if (pending.length > 1) return;
    for (let next = pending[0]; next !== undefined; next = pending[0]) {
      const before = state;
      const taken = step(state, next, clock.now(), currentSettings());
      state = taken.state;
      for (const effect of taken.effects) carryOut(effect);
      pending.shift();
      schedule();
      if (state.phase.name !== before.phase.name || taken.effects.length > 0) tell();
    }
  }

  /** A listener of ours that fails must not take the machine down with it. */
  function tell(): void {
    try {
      options.onState?.(snapshot());
    } catch (error) {
      problem("publishing the state", error);
    }
  }

  function schedule(): void {
    cancelTick?.();
    cancelTick = undefined;
    const dueMs = nextTickMs(state, currentSettings());
    if (dueMs === undefined) return;
    // Whether the program reports its life may become known only while it starts: look again by then.
    const lookMs = state.phase.name === "starting" ? settings.presumeConnectedMs : Number.POSITIVE_INFINITY;
    const delayMs = Math.min(dueMs - clock.now(), lookMs);
    cancelTick = clock.setTimeout(() => dispatch({ type: "tick", busy: options.busy?.() ?? false }), delayMs);
  }

  function carryOut(effect: Effect): void {
    switch (effect.type) {
      case "admit":
        return admission.request(() => dispatch({ type: "admitted" }));
      case "withdraw":
        return admission.withdraw();
      case "spawn":
        return spawn();
      case "kill":
        return kill();
      case "release":
        return admission.release();
      case "look":
        return dispatch({ type: "looked", changed: binary.changed() });
      case "save-budget":
        return save("the retry budget", () => options.budgets.write(effect.budget));
      case "save-verdict":
        return save("the blocked verdict", () => options.verdicts.write(effect.verdict));
      case "finish":
        finish?.();
    }
  }

  function spawn(): void {
    let started: ListenerHandle;
    history.started();
    binary.noteStart();
    try {
      started = options.start();
    } catch (error) {
      return ended(undefined, { kind: "crash", detail: error instanceof Error ? error.message : "start failed" });
    }
    child = started;
    void started.exited.then(
      (exit) => ended(started, exit),
      (error: unknown) =>
        ended(started, { kind: "crash", detail: error instanceof Error ? error.message : "listener failed" }),
    );
  }

  /** Reported twice for a killed child (its exit and the kill's end); the second time it is no longer ours. */
  function ended(handle: ListenerHandle | undefined, exit: ListenerExit): void {
    if (child !== handle) return;
    child = undefined;
    history.ended(exit, clock.now());
    dispatch({ type: "exited", kind: exit.kind, detail: exit.detail, roll: options.random() });
  }

  function kill(): void {
    const dying = child;
    if (dying === undefined) return;
    const gone = () => ended(dying, { kind: "crash", detail: "ended on request" });
    void dying.stop(settings.stopGraceMs).then(gone, (error: unknown) => {
      // Not proven gone: a second listener now would evict the first, so only its exit counts.
      problem("stopping the listener", error);
    });
  }

  function save(what: string, write: () => Promise<void>): void {
    writes = writes.then(write).catch((error: unknown) => problem(what, error));
  }

  async function run(signal: AbortSignal): Promise<RunOutcome> {
    if (running) throw new Error("This supervisor is running already.");
    running = true;
    const stop = () => dispatch({ type: "stop" });
    try {
      const [verdict, budget] = await Promise.all([options.verdicts.read(), options.budgets.read()]);
      if (signal.aborted) return { kind: "stopped" };
      signal.addEventListener("abort", stop, { once: true });
      await new Promise<void>((resolve) => {
        finish = resolve;
        dispatch({ type: "start", ...(verdict && { verdict }), ...(budget && { budget }) });
      });
      return state.phase.name === "blocked" ? { kind: "blocked", verdict: state.phase.verdict } : { kind: "stopped" };
    } finally {
      signal.removeEventListener("abort", stop);
      await writes;
      admission.release();
      cancelTick?.();
      running = false;
    }
  }

  return {
    run,
    noteConnected: () => dispatch({ type: "connected" }),
    noteHeartbeat: () => dispatch({ type: "heartbeat" }),
    noteLine: () => dispatch({ type: "line" }),
    wake: () => dispatch({ type: "wake" }),
    snapshot,
  };
}
