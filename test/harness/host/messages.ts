import type { ChannelAccountSnapshot } from "openclaw/plugin-sdk/channel-contract";

/** How a fake host is made; a JSON file its process reads. */
export interface HostSettings {
  /** Folder of the built plugin. */
  readonly dist: string;
  readonly root: string;
  /** `channels.zalouser` and what else the plugin reads of an OpenClaw config. */
  readonly config: Record<string, unknown>;
  readonly accounts: readonly string[];
  /** Pauses of the delivery queue. */
  readonly backoffMs: readonly number[];
  /** Longest the agent thinks. */
  readonly thinkMs: number;
  /** What the agent says to a message with such a text; it repeats all others. Without it, it answers tokens. */
  readonly agent?: readonly { readonly to: string; readonly says: string }[];
  readonly crash?: CrashPoint;
}

/** Where the process kills itself: at the nth event of a phase, counted from the order to arm. */
export interface CrashPoint {
  readonly phase: "inbound" | "sending";
  readonly nth: number;
  readonly when: "before" | "after";
}

export type Order =
  | {
      readonly ask: number;
      readonly do: "start" | "login";
      readonly accountId: string;
      readonly uid?: string;
      readonly name?: string;
    }
  | { readonly ask: number; readonly do: "issues" | "probe" | "web-login"; readonly accountId: string }
  /** What an operator's command does; the answer is how it ended, as the operator reads it. */
  | {
      readonly ask: number;
      readonly do: "send";
      readonly accountId: string;
      readonly to: string;
      readonly text: string;
      readonly file?: string;
    }
  | {
      readonly ask: number;
      readonly do: "directory";
      readonly accountId: string;
      readonly what: "friends" | "groups" | "members";
      readonly groupId: string;
    }
  | { readonly ask: number; readonly do: "arm" | "load" | "memory" | "left" | "work" | "stop" | "drain" };

/** What the process had to do since it was asked last. */
export interface Load {
  /** How late the event loop was, the 99th percentile, in milliseconds. */
  readonly loopDelayMs: number;
  /** Milliseconds of processor time. */
  readonly cpuMs: number;
  /** How long ago each dispatched message of the feeder had been printed, in milliseconds. */
  readonly delaysMs: readonly number[];
}

export type News =
  | { readonly news: "ready" }
  | { readonly news: "log"; readonly level: string; readonly message: string; readonly atMs: number }
  | { readonly news: "status"; readonly status: ChannelAccountSnapshot; readonly atMs: number }
  | { readonly news: "answer"; readonly ask: number; readonly value: unknown };
