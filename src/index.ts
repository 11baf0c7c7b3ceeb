import { defineChannelPluginEntry } from "openclaw/plugin-sdk/channel-core";
import { CHANNEL_ID, CHANNEL_LABEL } from "./channel/channel-id.js";
import { commandDescriptor } from "./channel/command-descriptor.js";
import { registerCommands } from "./channel/commands.js";
import { beginWithGateway, endWithGateway } from "./channel/gateway-life.js";
import { plugin } from "./channel/plugin.js";
import { setRuntime } from "./channel/runtime.js";

export default defineChannelPluginEntry({
  id: CHANNEL_ID,
  name: CHANNEL_LABEL,
  description: "Personal Zalo accounts through the zca program.",
  plugin,
  setRuntime,
  registerCliMetadata(api) {
    api.registerCli(registerCommands, { descriptors: [commandDescriptor] });
  },
  registerFull(api) {
    api.on("gateway_stop", endWithGateway);
    api.on("gateway_start", beginWithGateway);
  },
});
