import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { Sink } from "../sink.ts";
import type { Signals } from "../signals.ts";
import type { HangEffect } from "./effects.ts";

export interface HangDeps {
  readonly sink: Sink;
  readonly signals: Signals;
  /** Whether the process works on while the fault changes how it ends. */
  readonly worksOn: boolean;
}

export async function hang(effect: HangEffect, { sink, signals, worksOn }: HangDeps): Promise<void> {
  const ms = effect.ms ?? 60_000;
  switch (effect.mode) {
    case "forever":
      sink.mute();
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
      leaveBehind(ms, "inherit");
      return;
    case "zombie":
      leaveBehind(ms, "ignore");
      return;
  }
  if (!worksOn) await forever();
}

/**
 * A process of the same group that outlives this one. With the pipes it keeps the reader waiting for their end; without them only
 * the group stays.
 */
function leaveBehind(ms: number, pipes: "ignore" | "inherit"): void {
  spawn(process.execPath, ["-e", `setTimeout(() => {}, ${ms})`], { stdio: ["ignore", pipes, pipes] }).unref();
}

export function forever(): Promise<never> {
  return new Promise(() => setInterval(() => {}, 60_000));
}
