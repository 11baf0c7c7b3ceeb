import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { createHybridChannelConfigAdapter } from "openclaw/plugin-sdk/channel-config-helpers";
import { normalizeAllowEntry } from "../policy/index.js";
import { defaultAccountId, listAccountIds, resolveAccount, type ResolvedAccount } from "./account/accounts.js";
import { CHANNEL_ALIAS, CHANNEL_ID, CHANNEL_LABEL, CHANNEL_PATH } from "./channel-id.js";
import { doctorModule, inspectModule, terminalLoginModule } from "./lazy.js";
import type { Probe } from "./operate/inspect.js";
import { reload } from "./reload.js";
import { securityOf } from "./security.js";
import { setupContract } from "./setup/contract.js";
import { setupWizard } from "./setup/wizard.js";

/** The part of the plugin that setup, listing and config writes need. Loading it starts nothing. */
export const setupPlugin: ChannelPlugin<ResolvedAccount, Probe> = {
  id: CHANNEL_ID,
  meta: {
    id: CHANNEL_ID,
    label: CHANNEL_LABEL,
    selectionLabel: "Zalo (Personal Account)",
    docsPath: "/channels/zalouser",
    docsLabel: CHANNEL_ID,
    blurb: "Personal Zalo account through the zca program; unofficial, the account may be banned.",
    aliases: [CHANNEL_ALIAS],
    order: 85,
  },
  capabilities: {
    chatTypes: ["direct", "group"],
    media: true,
    reply: true,
    reactions: true,
    unsend: true,
    groupManagement: true,
    blockStreaming: true,
  },
  // Login works before the channel is configured, when the host loads no more than this.
  auth: { login: async (params) => (await terminalLoginModule()).loginInTerminal(params) },
  setupContract,
  setupWizard,
  doctor: {
    dmAllowFromMode: "topOnly",
    groupModel: "hybrid",
    groupAllowFromFallbackToAllowFrom: false,
    warnOnEmptyGroupSenderAllowlist: false,
    collectPreviewWarnings: async (params) => (await doctorModule()).collectPreviewWarnings(params),
    collectMutableAllowlistWarnings: async (params) => (await doctorModule()).collectMutableAllowlistWarnings(params),
    repairConfig: async (params) => (await doctorModule()).repairConfig(params),
  },
  security: securityOf(({ settings }) => settings.allowFrom),
  reload,
  config: {
    ...createHybridChannelConfigAdapter<ResolvedAccount>({
      sectionKey: CHANNEL_ID,
      listAccountIds,
      resolveAccount,
      defaultAccountId,
      clearBaseFields: ["name", "profile", "zcaBinary"],
      resolveAllowFrom: ({ settings }) => settings.allowFrom,
      formatAllowFrom: (entries) => entries.map((entry) => normalizeAllowEntry(String(entry))),
    }),
    isEnabled: ({ enabled }) => enabled,
    isConfigured: ({ configured }) => configured,
    unconfiguredReason: () => `${CHANNEL_PATH} is not in the config; set ${CHANNEL_PATH}.enabled to true`,
    // Reads a verdict from disk; an account without one is worth a try, which then tells.
    isLinked: async (account) =>
      (await inspectModule()).blockedReason(account) === undefined ? "linked" : "not-linked",
    unlinkedReason: ({ accountId }) =>
      `Zalo account "${accountId}" is blocked; \`openclaw channels status\` says why and what mends it`,
    describeAccount: ({ accountId, name, enabled, configured, profile, settings }) => ({
      accountId,
      ...(name === undefined ? {} : { name }),
      enabled,
      configured,
      profile,
      dmPolicy: settings.dmPolicy ?? "pairing",
    }),
  },
};
