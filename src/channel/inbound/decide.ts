import { resolveChannelImplicitMentions } from "openclaw/plugin-sdk/channel-ingress-runtime";
import { readChannelAllowFromStore } from "openclaw/plugin-sdk/channel-pairing";
import { normalizeAllowEntry, type GroupRule } from "../../policy/index.js";
import { CHANNEL_ID } from "../channel-id.js";
import { groupRuleOf } from "../groups.js";
import { settingsById } from "../names/settings.js";
import { isListedOwner } from "../owners.js";
import { resolveDmScope } from "../routing.js";
import type { AccountRun } from "./account-run.js";
import { asCaughtUp } from "./caught-up.js";
import { unlessLooping } from "./loop-guard.js";
import { onceNamesAreKnown } from "./name-wait.js";
import { isOwnCommand } from "../paused/chat-command.js";
import { mentionEvidence, quotesOwnMessage, stripOwnMention } from "./own-mention.js";
import { unlessPaused } from "./pause-guard.js";
import type { TurnMessage } from "./turn-message.js";

type Ingress = AccountRun["core"]["channel"]["inbound"]["ingress"];
export type Access = Awaited<ReturnType<Ingress["resolveStable"]>>;
export type Route = ReturnType<AccountRun["core"]["channel"]["routing"]["resolveAgentRoute"]>;

export interface Admitted {
  readonly kind: "admitted";
  readonly access: Access;
  readonly route: Route;
  readonly commandText: string;
  /** The text as a whole is an order to the host or to us; `commandAuthorized` is also there for words with a slash. */
  readonly isCommand: boolean;
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
  const unpaused = unlessPaused(run, message, decision);
  return unpaused.kind === "admitted" ? unlessLooping(run, message, unpaused) : unpaused;
}

export async function judge(run: AccountRun, message: TurnMessage): Promise<Decision> {
  const cfg = run.cfg();
  const account = run.account();
  const { configPath, configured } = account;
  const { settings } = settingsById(account);
  const { commands, mentions, routing, inbound } = run.core.channel;
  const conversation = {
    kind: message.isGroup ? ("group" as const) : ("direct" as const),
    id: message.isGroup ? message.threadId : message.senderId,
  };
  const groupRule = message.isGroup ? groupRuleOf(account, message.threadId) : undefined;
  const route = routing.resolveAgentRoute({
    cfg,
    channel: CHANNEL_ID,
    accountId: run.accountId,
    dmScope: resolveDmScope(cfg),
    peer: conversation,
  });
  const evidence = message.isGroup ? mentionEvidence(run, message) : undefined;
  const commandText = stripOwnMention(run, message);
  const patterns = mentions.buildMentionRegexes(cfg, route.agentId, {
    provider: CHANNEL_ID,
    conversationId: conversation.id,
  });
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
  const implicitMentions = resolveChannelImplicitMentions({ cfg, channel: CHANNEL_ID, accountId: run.accountId });
  const quotesUs = message.isGroup && implicitMentions.quotedBot !== false && quotesOwnMessage(run, message);
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
              implicitMentions,
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
            implicitMentionKinds: quotesUs ? (["quoted_bot"] as const) : [],
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
    isCommand: hasControlCommand || isOwnCommand(commandText),
    // The host's verdict on commands goes by the lists of who may write, and an open group may have none.
    isOwnersCommand: isOwnCommand(commandText) && isListedOwner(cfg, CHANNEL_ID, message.senderId),
    wasMentioned: wasMentioned || quotesUs,
    groupRule,
    configPath,
  });
}

interface Facts {
  readonly route: Route;
  readonly commandText: string;
  readonly isCommand: boolean;
  readonly isOwnersCommand: boolean;
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
        commandAuthorized: access.commandAccess.requested
          ? access.commandAccess.authorized || facts.isOwnersCommand
          : undefined,
        ...pick(facts),
      };
    case "drop":
      return groupRule?.allowed === false
        ? { kind: "drop", reason: groupRule.reason, configPath: groupRule.configPath }
        : { kind: "drop", reason: reasonCode, configPath: settingBehind(reasonCode, facts) };
    default:
      return admission satisfies never;
  }
}

/** The setting that would change a verdict of the host. */
function settingBehind(reasonCode: string, { groupRule, configPath }: Facts): string {
  if (reasonCode === "dm_policy_disabled") return `${configPath}.dmPolicy`;
  if (reasonCode.startsWith("access_group")) return "accessGroups";
  const isAboutSenders = groupRule !== undefined && reasonCode.startsWith("group_policy");
  return isAboutSenders ? groupRule.sendersPath : `${configPath}.allowFrom`;
}

function pick({ route, commandText, isCommand, wasMentioned, groupRule }: Facts) {
  return { route, commandText, isCommand, wasMentioned, groupRule };
}
