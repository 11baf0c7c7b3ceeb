import { setTimeout as pause } from "node:timers/promises";
import { CliError, Unconfirmed } from "../cli-error.ts";
import type { Sink } from "../sink.ts";
import type { Signals } from "../signals.ts";
import type { JournaledCall } from "../world/journal.ts";
import type { Claimed } from "./claims.ts";
import type { EffectOf, ExitEffect, FaultEffect, ServerEffect, SessionEffect, Stage } from "./effects.ts";
import { serverTexts } from "./server-texts.ts";

/** The faults that meet this call; each strikes once, at its stage. */
export interface Strikes {
  /** Noise, hangs and exits of a stage, in this order. Does not return when the process ends or hangs here. */
  at(stage: Stage): Promise<void>;
  /** Failures the servers or the library report at a stage; thrown, so the CLI's own retry sees them. */
  serverError(stage: Stage): Promise<void>;
  session(mode: SessionEffect["mode"]): SessionEffect | undefined;
  /** The next open fault of a group that fits; it counts as struck. */
  take<G extends FaultEffect["group"]>(group: G, fits?: (effect: EffectOf<G>) => boolean): EffectOf<G> | undefined;
  /** An ending that cuts the output in half, to be carried out by whoever writes it. */
  midLine(): ExitEffect | undefined;
}

export interface StrikeDeps {
  readonly claimed: readonly Claimed[];
  readonly sink: Sink;
  readonly signals: Signals;
  readonly journal: JournaledCall;
  /** `listen` works on while hanging effects change how it ends. */
  readonly longRunning: boolean;
}

/** What a fault does is loaded when it strikes: most calls meet none and should start fast. */
export function createStrikes(deps: StrikeDeps): Strikes {
  const { claimed, sink, signals, journal, longRunning } = deps;
  const open = new Set(claimed);
  const next = <G extends FaultEffect["group"]>(group: G, fits: (effect: EffectOf<G>) => boolean = () => true) => {
    for (const claim of open) {
      const { effect, index } = claim;
      if (!isOf(effect, group) || !fits(effect)) continue;
      open.delete(claim);
      return { effect, note: () => journal.noteFault(index) };
    }
    return undefined;
  };
  const take: Strikes["take"] = (group, fits) => {
    const struck = next(group, fits);
    struck?.note();
    return struck?.effect;
  };
  /** `listen` has no stage between its work and its output. */
  const isNow = (stage: Stage, when: Stage) => (longRunning && when === "sent" ? "printed" : when) === stage;
  const quiet: Stage = longRunning ? "printed" : "start";

  return {
    take,
    async at(stage) {
      const noise = take("stderr", ({ when = quiet }) => isNow(stage, when));
      if (noise !== undefined) await (await import("./stderr-damage.ts")).disturb(noise);
      const hanging = next("hang", ({ when = quiet }) => isNow(stage, when));
      if (hanging !== undefined) {
        const { hang } = await import("./hangs.ts");
        const held = hang(hanging.effect, { sink, signals, worksOn: longRunning && stage !== "start" });
        // Noted when it holds: whoever reads the note may send a signal at once.
        hanging.note();
        await held;
      }
      const ending = take("exit", (effect) => isEnding(effect) && isNow(stage, effect.when ?? "start"));
      if (ending !== undefined) await (await import("./endings.ts")).exit(ending, sink);
    },
    async serverError(stage) {
      const failure = take("exit", ({ error, when = "start" }) => error !== undefined && isNow(stage, when));
      if (failure?.error !== undefined) throw new CliError(failure.error);
      const answer = take("server", (effect) => isAnswer(effect) && isNow(stage, effect.when ?? usualStage(effect)));
      if (answer !== undefined) await refuse(answer);
    },
    session: (mode) => take("session", (effect) => effect.mode === mode),
    midLine: () => take("exit", ({ midLine }) => midLine === true),
  };
}

function isOf<G extends FaultEffect["group"]>(effect: FaultEffect, group: G): effect is EffectOf<G> {
  return effect.group === group;
}

function isEnding({ error, midLine }: ExitEffect): boolean {
  return error === undefined && midLine !== true;
}

/** A network that is down and a chunk that fails have their own places. */
function isAnswer({ mode }: ServerEffect): boolean {
  return mode !== "network-down" && mode !== "chunk-fails";
}

function usualStage({ mode }: ServerEffect): Stage {
  return mode === "timeout" || mode === "no-id" ? "sent" : "start";
}

async function refuse({ mode, ms }: ServerEffect): Promise<never> {
  if (ms !== undefined) await pause(ms);
  throw mode === "no-id" ? new Unconfirmed() : new CliError(serverTexts[mode]);
}
