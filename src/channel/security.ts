import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { createScopedDmSecurityResolver } from "openclaw/plugin-sdk/channel-config-helpers";
import { normalizeAllowEntry } from "../policy/index.js";
import type { ResolvedAccount } from "./account/accounts.js";
import { CHANNEL_ID } from "./channel-id.js";
import { doctorModule } from "./lazy.js";
import { resolveDmScope } from "./routing.js";

type Security = NonNullable<ChannelPlugin<ResolvedAccount>["security"]>;

/**
 * What doctor, `security audit` and the pairing calls need to know of our direct-message rules; it gates nothing itself.
 * Doctor and audit load only the light part of the plugin, which does not know what names stand for.
 */
export function securityOf(resolveAllowFrom: (account: ResolvedAccount) => (string | number)[] | undefined): Security {
  return {
    resolveDmPolicy: createScopedDmSecurityResolver<ResolvedAccount>({
      channelKey: CHANNEL_ID,
      resolvePolicy: (account) => account.settings.dmPolicy,
      resolveAllowFrom,
      defaultPolicy: "pairing",
      policyPathSuffix: "dmPolicy",
      normalizeEntry: normalizeAllowEntry,
    }),
    collectAuditFindings: async (ctx) => (await doctorModule()).auditFindings(ctx),
    dmRouting: { resolveDmScope: ({ cfg }) => resolveDmScope(cfg) },
  };
}
