import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { ZALO_TEXT_LIMIT } from "../config.js";
import { resolveAccount, type ResolvedAccount } from "./account/accounts.js";
import { actions } from "./actions/adapter.js";
import { CHANNEL_ID } from "./channel-id.js";
import { groups } from "./groups.js";
import { directoryModule, logoutModule, outboundModule, reconcileModule, startModule, webLoginModule } from "./lazy.js";
import { isSameTarget, messageHints, messaging } from "./messaging.js";
import type { Probe } from "./operate/inspect.js";
import { settingsById } from "./names/settings.js";
import { admitDelivery } from "./outbound/replays.js";
import { pairing } from "./pairing.js";
import { replyToModeOf } from "./reply-mode.js";
import { thisCopyRuns } from "./running-copy.js";
import { securityOf } from "./security.js";
import { setupPlugin } from "./setup-plugin.js";
import { status } from "./status.js";

/** The channel as the host sees it: a table of adapters, each in a file of its own, the heavy ones behind `lazy.ts`. */
export const plugin: ChannelPlugin<ResolvedAccount, Probe> = {
  ...setupPlugin,
  config: {
    ...setupPlugin.config,
    // Commands ask for this list; the names of the light part would match nobody.
    resolveAllowFrom: ({ cfg, accountId }) =>
      settingsById(resolveAccount(cfg, accountId)).settings.allowFrom?.map(String),
  },
  security: securityOf((account) => settingsById(account).settings.allowFrom),
  pairing,
  messaging,
  status,
  streaming: { blockStreamingCoalesceDefaults: { minChars: 1500, idleMs: 1000 } },
  threading: {
    resolveReplyToMode: ({ cfg, accountId, chatType }) =>
      replyToModeOf(resolveAccount(cfg, accountId).settings, chatType === "group"),
    matchesToolContextTarget: ({ target, toolContext }) =>
      isSameTarget(target, toolContext.currentMessagingTarget) || isSameTarget(target, toolContext.currentChannelId),
  },
  actions,
  agentPrompt: { messageToolHints: () => [...messageHints] },
  groups,
  message: {
    id: CHANNEL_ID,
    durableFinal: {
      capabilities: { text: true, media: true, replyTo: true, messageSendingHooks: true, reconcileUnknownSend: true },
      // Also what gives each send its delivery's id, by which a later try sends only what is missing.
      automaticUnknownSendReconciliation: true,
      reconcileUnknownSendKinds: { text: true, media: true },
      admitDeferredDelivery: admitDelivery,
      reconcileUnknownSend: async (ctx) => (await reconcileModule()).reconcileUnknownSend(ctx),
      afterUnknownSendTerminal: async (ctx) => (await reconcileModule()).afterUnknownSendTerminal(ctx),
    },
    send: {
      text: async (ctx) => (await outboundModule()).sendText(ctx),
      media: async (ctx) => (await outboundModule()).sendMedia(ctx),
    },
  },
  outbound: {
    // Every send of a profile passes one queue in one process: the gateway's.
    deliveryMode: "gateway",
    // We cut ourselves: only the rendered length of what zca will show counts.
    chunker: null,
    textChunkLimit: ZALO_TEXT_LIMIT,
    shouldSkipPlainTextSanitization: () => true,
    sendText: async (ctx) => asDelivery(await (await outboundModule()).sendText(withoutProgress(ctx))),
    sendMedia: async ({ mediaUrl, ...ctx }) => {
      const outbound = await outboundModule();
      const message = withoutProgress(ctx);
      return asDelivery(
        await (mediaUrl === undefined ? outbound.sendText(message) : outbound.sendMedia({ ...message, mediaUrl })),
      );
    },
  },
  gatewayMethods: ["web.login.start", "web.login.wait"],
  gateway: {
    startAccount: async (ctx) => {
      thisCopyRuns();
      await (await startModule()).startAccount(ctx);
    },
    loginWithQrStart: async (params) => (await webLoginModule()).startWebLogin(params),
    loginWithQrWait: async (params) => (await webLoginModule()).waitForWebLogin(params),
    logoutAccount: async (ctx) => (await logoutModule()).logoutAccount(ctx),
  },
  directory: {
    self: async (params) => (await directoryModule()).self(params),
    listPeers: async (params) => (await directoryModule()).listPeers(params),
    listGroups: async (params) => (await directoryModule()).listGroupEntries(params),
    listGroupMembers: async (params) => (await directoryModule()).listMembers(params),
  },
};

type OutboundContext = Parameters<NonNullable<NonNullable<ChannelPlugin["outbound"]>["sendText"]>>[0];
type SendResult = Awaited<ReturnType<Awaited<ReturnType<typeof outboundModule>>["sendText"]>>;

/** The host sends through `message`; these two serve older callers, which follow no single parts. */
function withoutProgress({ onDeliveryResult: _unused, ...ctx }: OutboundContext) {
  return ctx;
}

function asDelivery({ messageId, receipt }: SendResult) {
  return { channel: CHANNEL_ID, messageId: messageId ?? receipt.platformMessageIds.at(-1) ?? "", receipt };
}
