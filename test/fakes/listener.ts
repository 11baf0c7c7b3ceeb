import {
  createSupervisor,
  freshBudget,
  type EndingKind,
  type ExitRecord,
  type ListenerExit,
  type SlowBudget,
  type Supervisor,
  type SupervisorSettings,
  type SupervisorSnapshot,
  type Verdict,
} from "../../src/supervisor/index.ts";
import { fakeClock, type FakeClock } from "./clock.ts";

export interface FakeListener {
  readonly startedAtMs: number;
  readonly alive: boolean;
  readonly stopGraceMs: number | undefined;
  exit(kind: EndingKind, detail?: string): void;
}

/** What outlives a gateway: the account's files. */
export interface FakeDisk {
  budget: SlowBudget;
  verdict: Verdict | undefined;
  exits: readonly ExitRecord[];
}

export function fakeDisk(): FakeDisk {
  return { budget: freshBudget, verdict: undefined, exits: [] };
}

export interface RigOptions {
  readonly clock?: FakeClock;
  readonly disk?: FakeDisk;
  readonly random?: () => number;
  readonly settings?: Partial<SupervisorSettings>;
  readonly binaryFingerprint?: () => string;
  readonly busy?: () => boolean;
  readonly supervised?: () => boolean;
  readonly renewAfterMs?: () => number;
  /** Milliseconds a listener takes to end after it was told to. */
  readonly dyingMs?: number;
  /** The next this many starts throw. */
  readonly failingStarts?: number;
  readonly acquire?: (signal: AbortSignal) => Promise<() => void>;
}

export interface Rig {
  readonly supervisor: Supervisor;
  readonly clock: FakeClock;
  readonly disk: FakeDisk;
  readonly listeners: FakeListener[];
  readonly states: SupervisorSnapshot[];
  readonly problems: string[];
  /** The newest listener; throws when none was started. */
  current(): FakeListener;
  aliveCount(): number;
}

/** A supervisor over listeners that exist only in memory. */
export function supervisorRig(options: RigOptions = {}): Rig {
  const clock = options.clock ?? fakeClock();
  const disk = options.disk ?? fakeDisk();
  const listeners: FakeListener[] = [];
  const states: SupervisorSnapshot[] = [];
  const problems: string[] = [];
  let failingStarts = options.failingStarts ?? 0;
  const supervisor = createSupervisor({
    clock,
    random: options.random ?? (() => 0.5),
    binaryFingerprint: options.binaryFingerprint ?? (() => "zca@1"),
    gate: { acquire: options.acquire ?? (async () => () => undefined) },
    budgets: { read: async () => disk.budget, write: async (budget) => void (disk.budget = budget) },
    verdicts: { read: async () => disk.verdict, write: async (verdict) => void (disk.verdict = verdict) },
    exits: { read: async () => disk.exits, write: async (exits) => void (disk.exits = exits) },
    onState: (snapshot) => states.push(snapshot),
    onProblem: (what) => problems.push(what),
    ...(options.settings && { settings: options.settings }),
    ...(options.busy && { busy: options.busy }),
    ...(options.supervised && { supervised: options.supervised }),
    ...(options.renewAfterMs && { renewAfterMs: options.renewAfterMs }),
    start() {
      if (failingStarts > 0) {
        failingStarts -= 1;
        throw new Error("spawn EAGAIN");
      }
      let end: (exit: ListenerExit) => void = () => undefined;
      let alive = true;
      let stopGraceMs: number | undefined;
      const exited = new Promise<ListenerExit>((resolve) => {
        end = (exit) => {
          alive = false;
          resolve(exit);
        };
      });
      listeners.push({
        startedAtMs: clock.now(),
        get alive() {
          return alive;
        },
        get stopGraceMs() {
          return stopGraceMs;
        },
        exit: (kind, detail = kind) => end({ kind, detail }),
      });
      return {
        exited,
        async stop(graceMs) {
          stopGraceMs = graceMs;
          clock.setTimeout(() => end({ kind: "crash", detail: "SIGTERM" }), options.dyingMs ?? 10);
          await exited;
        },
      };
    },
  });
  return {
    supervisor,
    clock,
    disk,
    listeners,
    states,
    problems,
    current() {
      const newest = listeners.at(-1);
      if (newest === undefined) throw new Error("No listener was started.");
      return newest;
    },
    aliveCount: () => listeners.filter((listener) => listener.alive).length,
  };
}
