import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { CliError } from "../cli-error.ts";
import type { Sink } from "../call.ts";
import type { Signals } from "../signals.ts";
import type { JournaledCall } from "../world/journal.ts";
import type { Claimed } from "./claims.ts";
import type { ExitEffect, HangEffect, SessionEffect, Stage } from "./fault.ts";

/** The faults that meet this call; each strikes once, at its stage. */
export interface Strikes {
  /** Exits and hangs of a stage. Does not return when the process ends or hangs here. */
  at(stage: Stage): Promise<void>;
  /** Failures the servers or the library report at a stage; thrown, so the CLI's own retry sees them. */
  serverError(stage: Stage): void;
  session(mode: SessionEffect["mode"]): SessionEffect | undefined;
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
  readonly onDeaf: () => void;
}

export function createStrikes(deps: StrikeDeps): Strikes {
  const open = new Set(deps.claimed);
  const take = (claim: Claimed) => {
    open.delete(claim);
    deps.journal.noteFault(claim.index);
  };
  return {
    async at(stage) {
      for (const claim of open) {
        const { effect } = claim;
        if (
          effect.group === "exit" &&
          effect.error === undefined &&
          effect.midLine !== true &&
          stageOf(effect, deps) === stage
        ) {
          take(claim);
          await exit(effect, deps);
        }
        if (effect.group === "hang" && stageOf(effect, deps) === stage) {
          take(claim);
          await hang(effect, stage, deps);
        }
      }
    },
    serverError(stage) {
      for (const claim of open) {
        const { effect } = claim;
        if (effect.group !== "exit" || effect.error === undefined || stageOf(effect, deps) !== stage) continue;
        take(claim);
        throw new CliError(effect.error);
      }
    },
    session(mode) {
      for (const claim of open) {
        if (claim.effect.group !== "session" || claim.effect.mode !== mode) continue;
        take(claim);
        return claim.effect;
      }
      return undefined;
    },
    midLine() {
      for (const claim of open) {
        if (claim.effect.group !== "exit" || claim.effect.midLine !== true) continue;
        take(claim);
        return claim.effect;
      }
      return undefined;
    },
  };
}

function stageOf(effect: ExitEffect | HangEffect, deps: StrikeDeps): Stage {
  const stage = effect.when ?? (effect.group === "hang" && deps.longRunning ? "printed" : "start");
  return deps.longRunning && stage === "sent" ? "printed" : stage;
}

/** Ends the process as told; never settles. */
export async function exit(effect: ExitEffect, deps: Pick<StrikeDeps, "sink">): Promise<never> {
  if (effect.stdout !== undefined) process.stdout.write(effect.stdout);
  if (effect.stderr !== undefined) process.stderr.write(effect.stderr);
  deps.sink.mute();
  if (effect.signal !== undefined) {
    process.kill(process.pid, effect.signal);
    return forever();
  }
  if (effect.crash === true) process.stderr.write(crashDump("read ECONNRESET"));
  process.exit(effect.code ?? (effect.crash === true ? 1 : 0));
}

async function hang(effect: HangEffect, stage: Stage, deps: StrikeDeps): Promise<void> {
  const { signals, sink } = deps;
  const works = deps.longRunning && stage !== "start";
  switch (effect.mode) {
    case "forever":
      deps.onDeaf();
      break;
    case "until-sigterm":
      signals.ignore("SIGHUP", "SIGINT");
      break;
    case "ignore-sigterm":
      signals.ignore("SIGHUP", "SIGINT", "SIGTERM");
      break;
    case "ignore-sigterm-for":
      signals.delay(effect.ms ?? 1000);
      break;
    case "close-stdout":
      sink.mute();
      closeSync(1);
      break;
    case "grandchild":
      leaveGrandchild(effect.ms ?? 60_000);
      return;
  }
  if (!works) await forever();
}

/** It inherits the pipes, so the reader sees no end although this process exits. */
function leaveGrandchild(ms: number): void {
  spawn(process.execPath, ["-e", `setTimeout(() => {}, ${ms})`], { stdio: ["ignore", "inherit", "inherit"] }).unref();
}

function forever(): Promise<never> {
  return new Promise(() => setInterval(() => {}, 60_000));
}

/** What Node prints when an `error` event has no listener. */
export function crashDump(message: string): string {
  return [
    "node:events:486",
    "      throw er; // Unhandled 'error' event",
    "      ^",
    "",
    `Error: ${message}`,
    "    at TLSWrap.onStreamRead (node:internal/stream_base_commons:216:20)",
    "Emitted 'error' event on WebSocket instance at:",
    "    at emitErrorAndClose (node:internal/modules/run_main)",
    "",
    "Node.js v22.19.0",
    "",
  ].join("\n");
}
