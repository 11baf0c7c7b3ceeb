import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { normalizeAllowEntry } from "../policy/index.js";
import { CHANNEL_ID } from "./channel-id.js";

/** Whether `commands.ownerAllowFrom` names somebody who writes in a channel. `*` names nobody, as with the host. */
export function isListedOwner(cfg: OpenClawConfig, channel: string, senderId: string): boolean {
  return (cfg.commands?.ownerAllowFrom ?? []).map(String).some((entry) => {
    const owner = entry.trim();
    if (owner === senderId || owner === `${channel}:${senderId}`) return true;
    return channel === CHANNEL_ID && normalizeAllowEntry(owner) === senderId;
  });
}
