import { defineChannelPluginEntry } from "openclaw/plugin-sdk/channel-core";
import { CHANNEL_ID, CHANNEL_LABEL } from "./channel/channel-id.js";
import { sendersModule } from "./channel/lazy.js";
import { plugin } from "./channel/plugin.js";
import { setRuntime } from "./channel/runtime.js";

export default defineChannelPluginEntry({
  id: CHANNEL_ID,
  name: CHANNEL_LABEL,
  description: "Personal Zalo accounts through the zca program.",
  plugin,
  setRuntime,
  registerFull(api) {
    // The queue outlives account restarts on purpose; only the end of the gateway closes it.
    api.on("gateway_stop", async () => {
      const { closeSenders } = await sendersModule();
      await closeSenders();
    });
    // A gateway may start again in the same process.
    api.on("gateway_start", async () => {
      const senders = await sendersModule.peek();
      senders?.reopenSenders();
    });
  },
});
