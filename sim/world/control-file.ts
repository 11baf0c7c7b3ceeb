import type { Fault } from "../faults/fault.ts";
import { readJson, writeJson } from "./disk.ts";
import type { Layout } from "./layout.ts";

/** What tests and replays set; every key has a default. */
export interface ControlSettings {
  /** `legacy` stands for zca-cli: version 0.0.24, legacy line, no `--supervised`, no `--`. */
  readonly personality: "openzca" | "legacy";
  /** Version to print; absent = the personality's own. */
  readonly version?: string;
  /** Seeds ids, chances and the number/string form of answered ids. */
  readonly seed: number;
  readonly qrTtlMs: number;
  /** Time the servers take, per login and per send. */
  readonly delayMs: { readonly login: number; readonly send: number };
  /** Overrides of the listener's intervals; absent = flags, environment, defaults. */
  readonly heartbeatMs?: number;
  readonly recycleMs?: number;
  /** Time from the recycle to the late reconnect and to exit 75. */
  readonly recycleReconnectMs: number;
  readonly recycleExitMs: number;
  /** Print the account's own messages too. */
  readonly selfListen: boolean;
  /** A QR login ends the account's other sessions (listeners close with 3003). */
  readonly newLoginKicks: boolean;
  /** Form of `msgId` in send answers. */
  readonly idForm: "alternate" | "number" | "string";
  readonly faults: readonly Fault[];
}

export const defaultSettings: ControlSettings = {
  personality: "openzca",
  seed: 1,
  qrTtlMs: 100_000,
  delayMs: { login: 0, send: 0 },
  recycleReconnectMs: 2000,
  recycleExitMs: 3000,
  selfListen: false,
  newLoginKicks: false,
  idForm: "alternate",
  faults: [],
};

export function readControl(layout: Layout): ControlSettings {
  return { ...defaultSettings, ...readJson<Partial<ControlSettings>>(layout.control, {}) };
}

export function changeControl(layout: Layout, changes: Partial<ControlSettings>): void {
  writeJson(layout.control, { ...readControl(layout), ...changes });
}
