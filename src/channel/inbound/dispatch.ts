import { getAgentScopedMediaLocalRoots } from "openclaw/plugin-sdk/media-local-roots";
import { describeError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import { CHANNEL_ID } from "../channel-id.js";
import { groupScopeOf } from "../groups.js";
import { conversationAddress } from "../messaging.js";
import { replyToModeOf } from "../reply-mode.js";
import { deliverReply } from "../outbound/reply.js";
import { whileAnswering } from "../outbound/turns.js";
import type { AccountRun } from "./account-run.js";
import { acknowledge } from "./ack.js";
import type { Admitted } from "./decide.js";
import { openEnvelope } from "./envelope.js";
import { sayFailure } from "./failed-turn.js";
import { fetchMedia } from "./media.js";
import { lendSkipped, skippedBefore } from "./skipped.js";
import { takeQuoteOff } from "./quoting.js";
import type { TurnMessage } from "./turn-message.js";
import { typingFor } from "./typing.js";
import { contextWords } from "./words.js";

type ReplyOptions = NonNullable<Parameters<AccountRun["core"]["channel"]["inbound"]["dispatch"]>[0]["replyOptions"]>;
export type TurnLifecycle = NonNullable<ReplyOptions["turnAdoptionLifecycle"]>;

/** Hands an admitted message to the host, which records it, runs the agent and delivers the answer through our door. */
export async function dispatch(
  run: AccountRun,
  message: TurnMessage,
  admitted: Admitted,
  lifecycle: TurnLifecycle,
): Promise<void> {
  const cfg = run.cfg();
  const { route } = admitted;
  const { inbound } = run.core.channel;
  const target = message.isGroup
    ? ({ kind: "group", id: message.threadId } as const)
    : ({ kind: "user", id: message.senderId } as const);
  const address = conversationAddress(target);
  const { facts, text } = await fetchMedia(run, message);
  const title = message.isGroup ? run.titles.of(message.threadId, message.threadName) : undefined;
  const { skills, systemPrompt } = message.isGroup ? groupScopeOf(run.account(), message.threadId) : {};
  const label = message.isGroup
    ? (title ?? `group:${message.threadId}`)
    : (message.senderName ?? `user:${message.senderId}`);
  const envelope = openEnvelope(cfg, route, label);
  const context = await skippedBefore(run, message, route);
  const quote = message.lines.findLast((line) => line.quote !== undefined)?.quote;

  const ctxPayload = inbound.buildContext({
    channelIngress: admitted.access,
    channel: CHANNEL_ID,
    accountId: route.accountId,
    messageId: message.messageId,
    timestamp: message.atMs,
    from: address,
    sender: { id: message.senderId, ...(message.senderName === undefined ? {} : { name: message.senderName }) },
    conversation: { kind: message.isGroup ? "group" : "direct", id: target.id, label },
    route: {
      agentId: route.agentId,
      ...(route.dmScope === undefined ? {} : { dmScope: route.dmScope }),
      accountId: route.accountId,
      routeSessionKey: route.sessionKey,
      dispatchSessionKey: route.sessionKey,
    },
    reply: { to: address, originatingTo: address },
    message: {
      body: context.around(envelope.message(message.atMs, text), (entry) => envelope.earlier(entry, message.atMs)),
      bodyForAgent: text,
      rawBody: text,
      commandBody: admitted.commandText,
      ...context.history(),
    },
    ...(facts.length === 0 ? {} : { media: facts }),
    ...(systemPrompt === undefined ? {} : { supplemental: { groupSystemPrompt: systemPrompt } }),
    extra: {
      BodyForCommands: admitted.commandText,
      CommandAuthorized: admitted.commandAuthorized,
      ...(message.isGroup ? { WasMentioned: admitted.wasMentioned, GroupSubject: title } : {}),
      ...(quote === undefined
        ? {}
        : {
            ReplyToId: quote.messageId,
            ReplyToBody: contextWords(quote),
            ReplyToSender: quote.senderName,
            ReplyToIsQuote: true,
          }),
    },
  });

  // A command is answered without ever being adopted. From its first answer on it must not be asked again.
  const loan = lendSkipped(context, lifecycle);
  const quoting = takeQuoteOff(replyToModeOf(run.account().settings, message.isGroup));
  const answer = () =>
    inbound.dispatch({
      channel: CHANNEL_ID,
      accountId: run.accountId,
      cfg,
      route: {
        agentId: route.agentId,
        ...(route.dmScope === undefined ? {} : { dmScope: route.dmScope }),
        sessionKey: route.sessionKey,
      },
      ctxPayload,
      delivery: {
        preparePayload: (payload) => quoting.prepare(sayFailure(run, message, admitted, payload)),
        // Final answers go through the host's durable queue and come back to us as `message.send`.
        durable: async (payload) => {
          await loan.answered();
          return { to: address, ...quoting.optionsOf(payload) };
        },
        deliver: async (payload) => {
          await loan.answered();
          return deliverReply(run.cfg(), run.account(), target, payload, {
            localRoots: getAgentScopedMediaLocalRoots(cfg, route.agentId),
            replyToId: quoting.wishOf(payload),
          });
        },
        onError: (error, info) => run.log.error(`${info.kind} reply to ${address} failed: ${describeError(error)}`),
      },
      record: { onRecordError: (error) => run.log.warn(`session record of ${address} failed: ${String(error)}`) },
      ...typingOptions(run, target),
      replyOptions: {
        turnAdoptionLifecycle: loan.lifecycle,
        ...(skills === undefined ? {} : { skillFilter: [...skills] }),
      },
    });
  const ack = acknowledge(run, message, admitted);
  try {
    await whileAnswering(run.accountId, `${target.kind}:${target.id}`, answer);
    void ack?.answered();
  } catch (error) {
    loan.giveBack();
    throw error;
  }
}

/** The host asks again every few seconds while it thinks; ours answers once. */
function typingOptions(run: AccountRun, target: Target) {
  const typing = typingFor(run, target);
  if (typing === undefined) return {};
  const onStartError = (error: unknown) => run.log.debug(`"is typing" failed: ${describeError(error)}`);
  return {
    replyPipeline: { typing: { start: () => typing.start(), onStartError, keepaliveIntervalMs: 0, maxDurationMs: 0 } },
  };
}
