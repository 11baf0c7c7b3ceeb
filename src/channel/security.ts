import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { createScopedDmSecurityResolver } from "openclaw/plugin-sdk/channel-config-helpers";
import { normalizeAllowEntry } from "../policy/index.js";
import type { ResolvedAccount } from "./account/accounts.js";
import { CHANNEL_ID } from "./channel-id.js";
import { settingsById } from "./names/settings.js";
import { resolveDmScope } from "./routing.js";

/** What doctor, `security audit` and the pairing calls need to know of our direct-message rules; it gates nothing itself. */
export const security: NonNullable<ChannelPlugin<ResolvedAccount>["security"]> = {
  resolveDmPolicy: createScopedDmSecurityResolver<ResolvedAccount>({
    channelKey: CHANNEL_ID,
    resolvePolicy: (account) => account.settings.dmPolicy,
    resolveAllowFrom: (account) => settingsById(account).settings.allowFrom,
    defaultPolicy: "pairing",
    policyPathSuffix: "dmPolicy",
    normalizeEntry: normalizeAllowEntry,
  }),
  dmRouting: { resolveDmScope: ({ cfg }) => resolveDmScope(cfg) },
};
