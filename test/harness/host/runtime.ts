import { resolveStableChannelMessageIngress } from "openclaw/plugin-sdk/channel-ingress-runtime";
import { buildMentionRegexes, matchesMentionWithExplicit } from "openclaw/plugin-sdk/channel-inbound";
import type { PluginRuntime } from "openclaw/plugin-sdk/channel-core";
import {
  isControlCommandMessage,
  shouldComputeCommandAuthorized,
  shouldHandleTextCommands,
} from "openclaw/plugin-sdk/command-auth";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { resolveAgentRoute } from "openclaw/plugin-sdk/routing";
import { resolveStateDir } from "openclaw/plugin-sdk/state-paths";
import type { Turns } from "./turns.ts";

interface DispatchedTurn {
  readonly accountId: string;
  readonly ctxPayload: { readonly text: string; readonly to: string; readonly messageId: string };
  readonly route: { readonly sessionKey: string };
  readonly replyOptions: { readonly turnAdoptionLifecycle: { onAdopted(): Promise<void> } };
}

interface ContextParts {
  readonly message: { readonly rawBody: string };
  readonly reply: { readonly to: string };
  readonly messageId: string;
}

/** The host as the plugin sees it: OpenClaw's own resolver, routes, mentions and commands; turns and pairing codes ours. */
export function createRuntime(config: () => OpenClawConfig, turns: () => Turns): PluginRuntime {
  const codes = new Map<string, string>();
  const channel = {
    inbound: {
      ingress: { resolveStable: resolveStableChannelMessageIngress },
      buildContext: ({ message, reply, messageId }: ContextParts) => ({
        text: message.rawBody,
        to: reply.to,
        messageId,
      }),
      dispatch: ({ accountId, ctxPayload, route, replyOptions }: DispatchedTurn) =>
        turns().run({ accountId, sessionKey: route.sessionKey, ...ctxPayload }, () =>
          replyOptions.turnAdoptionLifecycle.onAdopted(),
        ),
    },
    routing: { resolveAgentRoute },
    mentions: { buildMentionRegexes, matchesMentionWithExplicit },
    commands: { isControlCommandMessage, shouldComputeCommandAuthorized, shouldHandleTextCommands },
    // One code per person, as the host's store gives them out.
    pairing: {
      upsertPairingRequest: async ({ id }: { id: string }) => {
        const created = !codes.has(id);
        const code = codes.get(id) ?? `CODE${String(codes.size).padStart(4, "0")}`;
        codes.set(id, code);
        return { code, created };
      },
    },
    text: { resolveMarkdownTableMode: () => "code", resolveTextChunkLimit: () => 2000 },
  };
  // Only what the plugin asks of its host on these paths; anything else fails loudly.
  return { config: { current: config }, state: { resolveStateDir }, channel } as unknown as PluginRuntime;
}
