import type { OpenClawConfig, PluginRuntime } from "openclaw/plugin-sdk/channel-core";
import { createPluginRuntimeStore } from "openclaw/plugin-sdk/runtime-store";
import { CHANNEL_ID } from "./channel-id.js";

/** The host runtime, handed over once when the gateway registers the plugin. */
export const { setRuntime, getRuntime, tryGetRuntime } = createPluginRuntimeStore<PluginRuntime>({
  pluginId: CHANNEL_ID,
  errorMessage: "The OpenClaw host has not handed its runtime to the zalouser plugin yet.",
});

/** The config as it is now; rules are read anew for every message. */
export function liveConfig(): OpenClawConfig {
  // The host types its snapshot deeply readonly and then takes it as a plain config everywhere; we never write to it.
  return getRuntime().config.current() as OpenClawConfig;
}
