import type { ChannelPlugin, defineChannelPluginEntry, defineSetupPluginEntry } from "openclaw/plugin-sdk/channel-core";

/**
 * The host's own `defineChannelPluginEntry` and `defineSetupPluginEntry`, of which only the types come along: the module
 * they live in loads more than a thousand others, which costs most of a second wherever channels are only to be listed.
 * A test holds both side by side.
 */

type Parts<Plugin> = Parameters<typeof defineChannelPluginEntry<Plugin>>[0];
type Entry = Pick<ReturnType<typeof defineChannelPluginEntry>, "id" | "name" | "description" | "register">;

/** What the host loads to run the channel. It calls `register` once for each thing it wants to know of the plugin. */
export function channelEntry<Plugin>({ id, name, description, plugin, ...parts }: Parts<Plugin>): Entry {
  return {
    id,
    name,
    description,
    register(api) {
      const mode = api.registrationMode;
      if (mode !== "cli-metadata" && mode !== "tool-discovery") {
        // The host handles accounts and probes of every channel as `unknown`; only the channel knows what they are.
        api.registerChannel({ plugin: plugin as ChannelPlugin });
        parts.setRuntime?.(api.runtime);
      }
      const isRead = mode === "full" || mode === "discovery";
      if (isRead || mode === "cli-metadata") parts.registerCliMetadata?.(api);
      if (mode === "full" || mode === "tool-discovery") parts.registerFull?.(api);
      if (isRead || mode === "tool-discovery") parts.registerCapabilities?.(api);
    },
  };
}

/** What the host loads instead while the channel is off or not configured. */
export function setupEntry<Plugin>(plugin: Plugin): ReturnType<typeof defineSetupPluginEntry<Plugin>> {
  return { plugin };
}
