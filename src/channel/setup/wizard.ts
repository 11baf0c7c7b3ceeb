import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import type { ChannelSetupWizardAdapter } from "openclaw/plugin-sdk/setup";
import { CHANNEL_ID } from "../channel-id.js";
import { setupModule } from "../lazy.js";
import { channelBlockOf, withChannel } from "./edit.js";

/** What `configure`, `onboard` and `channels add` without flags show; the dialogue itself is loaded when it begins. */
export const setupWizard: ChannelSetupWizardAdapter & NonNullable<ChannelPlugin["setupWizard"]> = {
  channel: CHANNEL_ID,
  getStatus: async (ctx) => (await setupModule()).setupStatus(ctx),
  // Direct messages are asked about there, so the host need not ask a second time.
  configure: async (ctx) => (await setupModule()).configure(ctx),
  disable: (cfg) => withChannel(cfg, { ...channelBlockOf(cfg), enabled: false }),
};
