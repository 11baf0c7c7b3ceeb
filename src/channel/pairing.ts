import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { normalizeAllowEntry } from "../policy/index.js";
import { notifyModule } from "./lazy.js";

/** Approval itself is the host's; we name the id and tell the new contact through the right account. */
export const pairing: NonNullable<ChannelPlugin["pairing"]> = {
  idLabel: "zalouserUserId",
  normalizeAllowEntry,
  notifyApproval: async (params) => (await notifyModule()).notifyApproval(params),
};
