import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import type { OpenClawPluginApi, OpenClawPluginDefinition } from "openclaw/plugin-sdk/plugin-entry";
import { createAgentTool } from "./channel/actions/agent-tool.js";
import { CHANNEL_ID, CHANNEL_LABEL } from "./channel/channel-id.js";
import { commandDescriptor } from "./channel/command-descriptor.js";
import { registerCommands } from "./channel/commands.js";
import { beginWithGateway, endWithGateway } from "./channel/gateway-life.js";
import { plugin } from "./channel/plugin.js";
import { chatCommand } from "./channel/paused/chat-command.js";
import { setRuntime } from "./channel/runtime.js";

/**
 * Registers what each way of loading asks for. The host's `defineChannelPluginEntry` does the same and brings the whole
 * channel core along, twice the time of everything here; its schema is not asked for, the manifest has it.
 */
const entry = {
  id: CHANNEL_ID,
  name: CHANNEL_LABEL,
  description: "Personal Zalo accounts through the zca program.",
  register(api: OpenClawPluginApi) {
    const mode = api.registrationMode;
    if (mode === "cli-metadata" || mode === "discovery" || mode === "full") registerCommandLine(api);
    if (mode === "cli-metadata") return;
    if (mode !== "tool-discovery") {
      // The host holds plugins of every account type, and hands each its own accounts back.
      api.registerChannel({ plugin: plugin as ChannelPlugin });
      setRuntime(api.runtime);
    }
    // After a change of the config the host takes tools and commands of a turn from a registry that it fills for
    // discovery, without what belongs to the gateway's life.
    if (mode === "discovery" || mode === "tool-discovery" || mode === "full") registerCapabilities(api);
    if (mode === "full") registerGatewayLife(api);
  },
} satisfies OpenClawPluginDefinition;

export default entry;

function registerCommandLine(api: OpenClawPluginApi): void {
  api.registerCli(registerCommands, { descriptors: [commandDescriptor] });
}

function registerCapabilities(api: OpenClawPluginApi): void {
  api.registerTool(createAgentTool, { name: CHANNEL_ID });
  api.registerCommand(chatCommand);
}

function registerGatewayLife(api: OpenClawPluginApi): void {
  api.on("gateway_stop", endWithGateway);
  api.on("gateway_start", beginWithGateway);
}
