import { defineSetupPluginEntry } from "openclaw/plugin-sdk/channel-core";
import { setupPlugin } from "./channel/setup-plugin.js";

export default defineSetupPluginEntry(setupPlugin);
