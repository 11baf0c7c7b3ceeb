import { createAdmission } from "./admission.js";
import { createBinaryWatch } from "./binary-watch.js";
import type { ListenerExit, Verdict } from "./endings.js";
import { nextTickMs, step } from "./machine.js";
import type { ListenerHandle, SupervisorOptions } from "./options.js";
import { createHistory, type SupervisorSnapshot } from "./history.js";
import { createPauses, type PausedWork, type PauseOutcome } from "./pauses.js";
import { defaultSupervisorSettings, type SupervisorSettings } from "./settings.js";
import { initialState, isAtCeiling, type Effect, type MachineEvent } from "./state.js";

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
  /**
   * Does `work` while no listener lives, for what needs the profile's only connection: before the next start if one is
   * due, else in place of a renewal, which costs a login. At most one listener lives at any time, and none during the
   * work. A stop wins: it aborts the work, as `limitMs` (default 15 s) does, and waits for its end. Whoever also needs
   * the account's send queue takes that first and asks for the pause inside, or the two wait for each other.
   */
  pauseFor<T>(work: PausedWork<T>, options?: { readonly limitMs?: number }): Promise<PauseOutcome<T>>;
  snapshot(): SupervisorSnapshot;
}

/** Holds one account's listener up. The decisions are in `machine.ts`; here they meet processes, timers and files. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const settings: SupervisorSettings = { ...defaultSupervisorSettings, ...options.settings };
  const currentSettings = (): SupervisorSettings => ({
    ...settings,
    supervised: options.supervised?.() ?? settings.supervised,
    recycleMs: options.renewAfterMs?.() ?? settings.recycleMs,
  });
  const { clock } = options;
  const history = createHistory();
  let state = initialState;
  const pauses = createPauses(clock);
  let life: "new" | "running" | "over" = "new";
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
  const snapshot = () => history.snapshot(state, isAtCeiling(state, clock.now(), settings));

  /** Events raised while one is being carried out wait for it. */
  function dispatch(event: MachineEvent): void {
    pending.push(event);
    if (pending.length > 1) return;
    for (let next = pending[0]; next !== undefined; next = pending[0]) {
      const before = state;
      const taken = step(state, next, clock.now(), currentSettings());
      state = taken.state;
      if (before.phase.name === "running" && state.phase.name !== "running") history.lost(clock.now());
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
      case "pause-began":
        return void pauses.run().then(() => {
          dispatch({ type: "resume" });
          // Asked for between the end of the last work and now.
          if (pauses.wanted()) dispatch({ type: "pause" });
        });
      case "pause-refused":
        return pauses.refuse();
      case "pause-cancelled":
        return pauses.cancel();
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
    const { phase } = state;
    const next = phase.name === "stopping" ? phase.next : undefined;
    const silent = next === "retry" && (exit.kind === "crash" || exit.kind === "closed");
    const told = silent ? { kind: "silent" as const, detail: "" } : { kind: exit.kind, detail: exit.detail };
    const asked = next === undefined || next === "retry" ? {} : { asked: next };
    const exits = history.ended({ ...told, atMs: clock.now(), ...asked });
    save("the list of exits", async () => options.exits?.write(exits));
    dispatch({ type: "exited", ...told, roll: options.random() });
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
    if (life === "running") throw new Error("This supervisor is running already.");
    life = "running";
    const stop = () => dispatch({ type: "stop" });
    try {
      const exits = options.exits?.read() ?? Promise.resolve([]);
      const [verdict, budget, earlier] = await Promise.all([options.verdicts.read(), options.budgets.read(), exits]);
      history.restore(earlier ?? []);
      if (signal.aborted) return { kind: "stopped" };
      signal.addEventListener("abort", stop, { once: true });
      await new Promise<void>((resolve) => {
        finish = resolve;
        const pauseFirst = pauses.wanted();
        dispatch({ type: "start", pauseFirst, ...(verdict && { verdict }), ...(budget && { budget }) });
      });
      return state.phase.name === "blocked" ? { kind: "blocked", verdict: state.phase.verdict } : { kind: "stopped" };
    } finally {
      signal.removeEventListener("abort", stop);
      await writes;
      admission.release();
      cancelTick?.();
      life = "over";
      pauses.refuse();
    }
  }

  return {
    run,
    noteConnected: () => dispatch({ type: "connected" }),
    noteHeartbeat: () => dispatch({ type: "heartbeat" }),
    noteLine: () => dispatch({ type: "line" }),
    wake: () => dispatch({ type: "wake" }),
    pauseFor(work, { limitMs = 15_000 } = {}) {
      if (life === "over") return Promise.resolve({ kind: "refused" });
      const done = pauses.request(work, limitMs);
      // Before the first start it is enough to have asked.
      if (state.phase.name !== "stopped") dispatch({ type: "pause" });
      return done;
    },
    snapshot,
  };
}
