import type { LoginGate } from "./admission.js";
import type { SlowBudget } from "./backoff.js";
import type { Clock } from "./clock.js";
import type { ListenerExit, Verdict } from "./endings.js";
import type { ExitRecord, SupervisorSnapshot } from "./history.js";
import type { SupervisorSettings } from "./settings.js";

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

/** One account's last exits on disk, oldest first: why an account waits must still be told after a restart. */
export interface ExitStore {
  read(): Promise<readonly ExitRecord[] | undefined>;
  write(exits: readonly ExitRecord[]): Promise<void>;
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
  readonly exits?: ExitStore;
  onState?(snapshot: SupervisorSnapshot): void;
  /** Told when a store cannot be written; the listener goes on. */
  onProblem?(what: string, error: unknown): void;
  readonly settings?: Partial<SupervisorSettings>;
  /** Whether the listener reports its life; asked anew each time, for the program can be replaced by another. */
  supervised?(): boolean;
  /** Age in ms at which a connection is renewed; asked anew each time, for other logins may have used up the day's share. */
  renewAfterMs?(): number;
}
