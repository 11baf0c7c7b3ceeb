import { readChannelAllowFromStore } from "openclaw/plugin-sdk/channel-pairing";
import { normalizeAllowEntry, resolveGroupRule, type GroupRule } from "../../policy/index.js";
import { CHANNEL_ID } from "../channel-id.js";
import { settingsById } from "../names/settings.js";
import { resolveDmScope } from "../routing.js";
import type { AccountRun } from "./account-run.js";
import { asCaughtUp } from "./caught-up.js";
import { unlessLooping } from "./loop-guard.js";
import { onceNamesAreKnown } from "./name-wait.js";
import { mentionEvidence, stripOwnMention } from "./own-mention.js";
import type { TurnMessage } from "./turn-message.js";

type Ingress = AccountRun["core"]["channel"]["inbound"]["ingress"];
export type Access = Awaited<ReturnType<Ingress["resolveStable"]>>;
export type Route = ReturnType<AccountRun["core"]["channel"]["routing"]["resolveAgentRoute"]>;

export interface Admitted {
  readonly kind: "admitted";
  readonly access: Access;
  readonly route: Route;
  readonly commandText: string;
  readonly commandAuthorized: boolean | undefined;
  readonly wasMentioned: boolean;
  readonly groupRule: GroupRule | undefined;
}

export type Decision =
  | Admitted
  | { readonly kind: "challenge" }
  /** Not addressed: becomes context of the next addressed message. */
  | { readonly kind: "context"; readonly route: Route; readonly reason: string }
  | { readonly kind: "drop"; readonly reason: string; readonly configPath?: string };

/**
 * The host's resolver decides. We supply only facts it cannot know: which group rule applies, and whether this account
 * was addressed.
 */
export async function decide(run: AccountRun, message: TurnMessage): Promise<Decision> {
  const live = await onceNamesAreKnown(run, message, () => judge(run, message));
  const decision = asCaughtUp(message, live, () => mentionEvidence(run, message).addressed);
  return decision.kind === "admitted" ? unlessLooping(run, message, decision) : decision;
}

export async function judge(run: AccountRun, message: TurnMessage): Promise<Decision> {
  const cfg = run.cfg();
  const account = run.account();
  const { configPath, defaultGroupPolicy, configured } = account;
  const { settings, ...byName } = settingsById(account);
  const { commands, mentions, routing, inbound } = run.core.channel;
  const conversation = {
    kind: message.isGroup ? ("group" as const) : ("direct" as const),
    id: message.isGroup ? message.threadId : message.senderId,
  };
  const groupRule = message.isGroup
    ? resolveGroupRule({ groupId: message.threadId, settings, configured, defaultGroupPolicy, configPath, ...byName })
    : undefined;
  const route = routing.resolveAgentRoute({
    cfg,
    channel: CHANNEL_ID,
    accountId: run.accountId,
    dmScope: resolveDmScope(cfg),
    peer: conversation,
  });
  const evidence = message.isGroup ? mentionEvidence(run, message) : undefined;
  const commandText = stripOwnMention(run, message);
  const patterns = mentions.buildMentionRegexes(cfg, route.agentId);
  const wasMentioned =
    evidence === undefined ||
    mentions.matchesMentionWithExplicit({
      text: message.text,
      mentionRegexes: patterns,
      explicit: {
        hasAnyMention: evidence.hasAnyMention,
        isExplicitlyMentioned: evidence.addressed,
        canResolveExplicit: run.ownId() !== undefined,
      },
    });
  const hasControlCommand = commands.isControlCommandMessage(commandText, cfg);
  const allowTextCommands = commands.shouldHandleTextCommands({ cfg, surface: CHANNEL_ID, commandSource: "text" });

  const access = await inbound.ingress.resolveStable({
    channelId: CHANNEL_ID,
    accountId: run.accountId,
    cfg,
    identity: { normalize: normalizeAllowEntry, sensitivity: "pii", entryIdPrefix: `${CHANNEL_ID}-entry` },
    readStoreAllowFrom: () => readChannelAllowFromStore(CHANNEL_ID, process.env, run.accountId),
    subject: { stableId: message.senderId },
    conversation,
    contextBinding: {
      agentId: route.agentId,
      sessionKey: route.sessionKey,
      messageId: message.messageId,
      inboundEventKind: "user_request",
    },
    // Without a block nobody asked for this channel: no stranger is sent a code.
    dmPolicy: configured ? (settings.dmPolicy ?? "pairing") : "disabled",
    groupPolicy: groupRule?.senderPolicy ?? "disabled",
    allowFrom: (settings.allowFrom ?? []).map(String),
    groupAllowFrom: [...(groupRule?.senders ?? [])],
    policy: {
      groupAllowFromFallbackToAllowFrom: false,
      ...(groupRule === undefined
        ? {}
        : {
            activation: {
              requireMention: groupRule.requireMention,
              allowTextCommands,
              order: "after-command" as const,
            },
          }),
    },
    ...(groupRule === undefined
      ? {}
      : {
          route: {
            id: `${CHANNEL_ID}-group`,
            configured: true,
            matched: true,
            allowed: groupRule.allowed,
            blockReason: groupRule.reason,
          },
          mentionFacts: {
            // Without the own id nobody counts as addressed; "cannot tell" would make the host answer everything.
            canDetectMention: true,
            wasMentioned,
            hasAnyMention: evidence?.hasAnyMention ?? false,
          },
        }),
    ...(commands.shouldComputeCommandAuthorized(commandText, cfg)
      ? {
          command: {
            allowTextCommands,
            hasControlCommand,
            directGroupAllowFrom: "effective" as const,
            commandGroupAllowFromFallbackToAllowFrom: true,
          },
        }
      : {}),
  });

  return verdictOf(access, {
    route,
    commandText,
    wasMentioned,
    groupRule,
    configPath,
  });
}

interface Facts {
  readonly route: Route;
  readonly commandText: string;
  readonly wasMentioned: boolean;
  readonly groupRule: GroupRule | undefined;
  readonly configPath: string;
}

function verdictOf(access: Access, facts: Facts): Decision {
  const { admission, reasonCode } = access.ingress;
  const { groupRule } = facts;
  switch (admission) {
    case "pairing-required":
      return { kind: "challenge" };
    case "skip":
      return { kind: "context", route: facts.route, reason: "not_addressed" };
    case "dispatch":
    case "observe":
      return {
        kind: "admitted",
        access,
        commandAuthorized: access.commandAccess.requested ? access.commandAccess.authorized : undefined,
        ...pick(facts),
      };
    case "drop":
      return groupRule?.allowed === false
        ? { kind: "drop", reason: groupRule.reason, configPath: groupRule.configPath }
        : { kind: "drop", reason: reasonCode, configPath: `${facts.configPath}.${settingBehind(reasonCode)}` };
    default:
      return admission satisfies never;
  }
}

/** The setting that would change a verdict of the host. */
function settingBehind(reasonCode: string): string {
  if (reasonCode === "dm_policy_disabled") return "dmPolicy";
  return reasonCode.startsWith("group_policy") ? "groupAllowFrom" : "allowFrom";
}

function pick({ route, commandText, wasMentioned, groupRule }: Facts) {
  return { route, commandText, wasMentioned, groupRule };
}
