import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

/** One change of the config that lets in nobody who is kept out by the plugin it was written for. */
export interface Proposal {
  /** What is found and what the change does, as one sentence each. */
  readonly what: string;
  readonly apply: (cfg: OpenClawConfig) => OpenClawConfig;
}
