import { createAgentTool } from "./channel/actions/agent-tool.js";
import { CHANNEL_ID, CHANNEL_LABEL } from "./channel/channel-id.js";
import { commandDescriptor } from "./channel/command-descriptor.js";
import { registerCommands } from "./channel/commands.js";
import { channelEntry } from "./channel/entry.js";
import { beginWithGateway, endWithGateway } from "./channel/gateway-life.js";
import { plugin } from "./channel/plugin.js";
import { chatCommand } from "./channel/paused/chat-command.js";
import { setRuntime } from "./channel/runtime.js";

export default channelEntry({
  id: CHANNEL_ID,
  name: CHANNEL_LABEL,
  description: "Personal Zalo accounts through the zca program.",
  plugin,
  setRuntime,
  registerCliMetadata(api) {
    api.registerCli(registerCommands, { descriptors: [commandDescriptor] });
  },
  // Not in `registerFull`: after a change of the config the host takes tools and commands of a turn from a
  // registry that it fills for discovery, without what belongs to the gateway's life.
  registerCapabilities(api) {
    api.registerTool(createAgentTool, { name: CHANNEL_ID });
    api.registerCommand(chatCommand);
  },
  registerFull(api) {
    api.on("gateway_stop", endWithGateway);
    api.on("gateway_start", beginWithGateway);
  },
});
