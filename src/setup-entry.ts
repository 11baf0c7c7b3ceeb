import type { defineSetupPluginEntry } from "openclaw/plugin-sdk/channel-core";
import { setupPlugin } from "./channel/setup-plugin.js";

/** As the host's helper returns it; the helper itself would bring the whole channel core along, half a second of it. */
const entry: ReturnType<typeof defineSetupPluginEntry<typeof setupPlugin>> = { plugin: setupPlugin };

export default entry;
