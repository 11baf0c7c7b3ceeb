import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { ZALO_TEXT_LIMIT } from "../config.js";
import { resolveGroupRule } from "../policy/index.js";
import { resolveAccount, type ResolvedAccount } from "./account/accounts.js";
import { CHANNEL_ID } from "./channel-id.js";
import { directoryModule, logoutModule, outboundModule, reconcileModule, startModule, webLoginModule } from "./lazy.js";
import { messaging } from "./messaging.js";
import type { Probe } from "./operate/inspect.js";
import { settingsById } from "./names/settings.js";
import { admitDelivery } from "./outbound/replays.js";
import { pairing } from "./pairing.js";
import { security } from "./security.js";
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
  security,
  pairing,
  messaging,
  status,
  streaming: { blockStreamingCoalesceDefaults: { minChars: 1500, idleMs: 1000 } },
  threading: { resolveReplyToMode: () => "off" },
  groups: {
    resolveRequireMention: ({ cfg, accountId, groupId }) => groupRule(cfg, accountId, groupId)?.requireMention,
    resolveToolPolicy: ({ cfg, accountId, groupId }) => groupTools(cfg, accountId, groupId),
  },
  message: {
    id: CHANNEL_ID,
    durableFinal: {
      capabilities: { text: true, media: true, messageSendingHooks: true, reconcileUnknownSend: true },
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
    startAccount: async (ctx) => (await startModule()).startAccount(ctx),
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

type Config = Parameters<typeof resolveAccount>[0];

function groupRule(cfg: Config, accountId: string | null | undefined, groupId: string | null | undefined) {
  if (groupId === undefined || groupId === null) return undefined;
  const account = resolveAccount(cfg, accountId);
  const { configured, defaultGroupPolicy, configPath } = account;
  return resolveGroupRule({ groupId, ...settingsById(account), configured, defaultGroupPolicy, configPath });
}

function groupTools(cfg: Config, accountId: string | null | undefined, groupId: string | null | undefined) {
  const groups = new Map(Object.entries(settingsById(resolveAccount(cfg, accountId)).settings.groups ?? {}));
  const tools = (groups.get(groupId ?? "") ?? groups.get("*"))?.tools;
  if (tools === undefined) return undefined;
  const { allow, alsoAllow, deny } = tools;
  return { ...(allow && { allow }), ...(alsoAllow && { alsoAllow }), ...(deny && { deny }) };
}

type OutboundContext = Parameters<NonNullable<NonNullable<ChannelPlugin["outbound"]>["sendText"]>>[0];
type SendResult = Awaited<ReturnType<Awaited<ReturnType<typeof outboundModule>>["sendText"]>>;

/** The host sends through `message`; these two serve older callers, which follow no single parts. */
function withoutProgress({ onDeliveryResult: _unused, ...ctx }: OutboundContext) {
  return ctx;
}

function asDelivery({ messageId, receipt }: SendResult) {
  return { channel: CHANNEL_ID, messageId: messageId ?? receipt.platformMessageIds.at(-1) ?? "", receipt };
}
