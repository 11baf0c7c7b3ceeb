import type { World } from "../../control.ts";
import type { FaultEffect } from "../../faults/effects.ts";
import { fault, type Fault, type FaultMatch } from "../../faults/fault.ts";

/** The rows of the fault table of contract 12, and the gaps of the history beside them. */
export type FaultRow =
  | "start"
  | "exit"
  | "hang"
  | "stdout damage"
  | "stderr damage"
  | "delivery"
  | "session"
  | "server"
  | "system"
  | "lock"
  | "history";

export interface CataloguedFault {
  readonly row: FaultRow;
  /** In the table's words; behind a colon what distinguishes several entries of one variant. */
  readonly variant: string;
  /** The command it meets. */
  readonly command: string;
  /** For `world.setFaults`, of any profile; empty where no running program can do it. */
  readonly faults: readonly Fault[];
  /** The struck record cannot be read from the stream by anybody; only the history still has its message. */
  readonly destroys?: true;
  /** Sets the trouble up for a profile. Call it before the account starts; nothing else stages a fault completely. */
  readonly stage: (world: World, profile: string) => Staged;
}

export interface Staged {
  /** The program to use instead of `zcaPath`. */
  readonly zcaPath?: string;
  /** What has to be sent for the trouble to come. */
  readonly text?: string;
  /** Ends the trouble. Processes a fault left behind end by themselves within 20 s. */
  readonly undo: () => void;
}

export interface Scripted {
  readonly row: FaultRow;
  readonly variant: string;
  readonly command: string;
  readonly effects: readonly FaultEffect[];
  /** Default: the first matching call or line. */
  readonly match?: Omit<FaultMatch, "command" | "profile">;
  readonly destroys?: true;
}

/** An entry the running program plays by itself. */
export function scripted({
  row,
  variant,
  command,
  effects,
  match = { first: 1 },
  destroys,
}: Scripted): CataloguedFault {
  const faults = effects.map((effect) => fault({ command, ...match }, effect));
  return {
    row,
    variant,
    command,
    faults,
    ...(destroys === undefined ? {} : { destroys }),
    stage(world, profile) {
      world.setFaults(faults.map(({ match: met, effect }) => fault({ ...met, profile }, effect)));
      return {
        undo() {
          world.setFaults([]);
          world.networkUp();
        },
      };
    },
  };
}

/** An entry that is set up from outside. */
export function arranged(
  row: FaultRow,
  [variant, command]: readonly [string, string],
  stage: CataloguedFault["stage"],
): CataloguedFault {
  return { row, variant, command, faults: [], stage };
}
