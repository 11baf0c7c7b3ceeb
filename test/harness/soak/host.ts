import type { World } from "../../../sim/control.ts";
import type { Cast, CastAccount } from "../cast.ts";
import type { Said, Turn } from "../evidence-types.ts";

export const soakSize = { accounts: 3, friends: 20, groups: 5 };

/** What a soak needs of a host, real or fake. */
export interface SoakHost {
  readonly world: World;
  readonly cast: Cast;
  /** Least pause between kills of the host; too many unclean boots make the real one refuse to start channels. */
  readonly killSpacingMs: number;
  /** Starts a life and waits until it works. */
  begin(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** As an operator stops it. */
  stop(): Promise<void>;
  isRunning(): boolean;
  pid(): number | undefined;
  /** What a login on the phone leaves, and a start of the account. */
  logIn(account: CastAccount): Promise<void>;
  /** Agent turns so far, in order. */
  turns(said: readonly Said[]): Turn[];
  /** Tokens of answers the operator was told of instead. */
  reported(said: readonly Said[]): Promise<ReadonlySet<string>>;
  /** Least pause between two questions to a host whose answers are dear. */
  readonly askSpacingMs: number;
  /** How long its deliveries get to end once nothing breaks any more; what is missing without one gets a minute at most. */
  readonly calmMs: number;
  /** Accounts whose status says they may have missed something. */
  uncovered(): Promise<Set<string>>;
  /** Accounts that wait for a login. */
  blocked(): Promise<CastAccount[]>;
  /** Deliveries and turns that are not over. */
  open(): Promise<number>;
  /** Bytes of the heap after a collection. */
  memory(): Promise<number | undefined>;
  /** Least pause between two such measurements, each of which stops the host for a moment. */
  readonly memorySpacingMs: number;
  /** What counts as flat. */
  readonly memoryLimitMbPerMinute: number;
  /** Pids of the lives, oldest first. */
  readonly lives: readonly number[];
  leftovers(): Promise<string[]>;
  /** The last problems, for a person who looks for the reason of a breach. */
  problems(): Promise<readonly string[]>;
  dispose(): Promise<void>;
}
