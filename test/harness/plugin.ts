import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ChannelPlugin, PluginRuntime } from "openclaw/plugin-sdk/channel-core";
import type { ResolvedAccount } from "../../src/channel/account/accounts.ts";
import type { askZalo } from "../../src/channel/operate/probe.ts";
import type { recordLogin } from "../../src/channel/login/after-login.ts";

/** The built plugin, taken from a `dist` folder as the host takes it: by its entry. */
export interface LoadedPlugin {
  readonly channel: ChannelPlugin<ResolvedAccount>;
  /** What the plugin does when the gateway stops. */
  readonly gatewayStop: () => Promise<void>;
  /** What a login by `channels login` leaves behind, without its minute at the phone. */
  readonly recordLogin: typeof recordLogin;
  /** What `channels status --probe` does when it does not know the answer yet. */
  readonly askZalo: typeof askZalo;
}

interface Entry {
  register(api: unknown): void;
}

export async function loadPlugin(dist: string, runtime: PluginRuntime): Promise<LoadedPlugin> {
  const load = async <T>(file: string) => (await import(pathToFileURL(path.join(dist, file)).href)) as T;
  const { default: entry } = await load<{ default: Entry }>("index.js");
  const login = await load<{ recordLogin: typeof recordLogin }>("channel/login/after-login.js");
  const probe = await load<{ askZalo: typeof askZalo }>("channel/operate/probe.js");
  const stops: (() => Promise<void>)[] = [];
  let channel: ChannelPlugin<ResolvedAccount> | undefined;
  entry.register({
    registrationMode: "full",
    runtime,
    registerChannel(registered: { readonly plugin: ChannelPlugin<ResolvedAccount> }) {
      channel = registered.plugin;
    },
    registerCli() {},
    registerTool() {},
    registerCommand() {},
    on(event: string, handler: () => Promise<void>) {
      if (event === "gateway_stop") stops.push(handler);
    },
  });
  if (channel === undefined) throw new Error(`The entry in ${dist} registers no channel.`);
  return {
    channel,
    gatewayStop: async () => void (await Promise.all(stops.map((stop) => stop()))),
    recordLogin: login.recordLogin,
    askZalo: probe.askZalo,
  };
}
