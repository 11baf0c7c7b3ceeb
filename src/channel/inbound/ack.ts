import { shouldAckReaction } from "openclaw/plugin-sdk/channel-feedback";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import type { Target } from "../../policy/index.js";
import { noReaction, perform, reactionChoices, readReaction, type SendOutcome } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { gesture } from "../outbound/gesture.js";
import type { AccountRun } from "./account-run.js";
import type { Admitted } from "./decide.js";
import type { TurnMessage } from "./turn-message.js";

/** Says by a reaction that a message was seen, and takes that back after the answer where the operator wants it so. */
export interface Ack {
  answered(): Promise<void>;
}

export interface AckWish {
  readonly target: Target;
  readonly ids: { readonly msgId: string; readonly cliMsgId: string };
  readonly reaction: string;
  /** What shows that it was seen may come too late; taking it back may not. */
  readonly kind: "typing" | "proactive";
}

export type React = (run: AccountRun, wish: AckWish) => Promise<SendOutcome>;

/** The newest message each running account has reacted to: a turn that is tried again costs no second login. */
const newest = new WeakMap<AccountRun, string>();

/**
 * Reacts to the newest line of an admitted turn. Only where the operator names a reaction, unlike on channels where one is
 * free: each is a login.
 */
export function acknowledge(
  run: AccountRun,
  message: TurnMessage,
  admitted: Pick<Admitted, "wasMentioned">,
  react: React = reactNow,
): Ack | undefined {
  const reaction = reactionOf(run);
  const line = message.lines.findLast(
    ({ messageId, cliMessageId }) => messageId !== undefined && cliMessageId !== undefined,
  );
  if (reaction === undefined || line?.messageId === undefined || line.cliMessageId === undefined) return undefined;
  // After an outage a row of reactions to old messages would cost as many logins.
  if (line.caughtUp !== undefined || newest.get(run) === line.eventKey || !isInScope(run, message, admitted))
    return undefined;
  newest.set(run, line.eventKey);
  const target: Target = message.isGroup
    ? { kind: "group", id: message.threadId }
    : { kind: "user", id: message.senderId };
  const wish = { target, ids: { msgId: line.messageId, cliMsgId: line.cliMessageId } };
  const shown = attempt(run, react, { ...wish, reaction, kind: "typing" });
  return {
    async answered() {
      if (run.cfg().messages?.removeAckAfterReply !== true || !(await shown)) return;
      await attempt(run, react, { ...wish, reaction: noReaction, kind: "proactive" });
    },
  };
}

/** The reaction the operator named, when Zalo has it. */
function reactionOf(run: AccountRun): string | undefined {
  const chosen = run.account().settings.ackReaction ?? run.cfg().messages?.ackReaction;
  return chosen === undefined || chosen === "" ? undefined : readReaction(chosen);
}

/** What keeps a reaction from being made that the host's settings ask for on every channel. */
export function ackHints(cfg: OpenClawConfig, { settings, configPath }: ResolvedAccount): string[] {
  const { ackReaction, ackReactionScope } = cfg.messages ?? {};
  const isOff = ackReactionScope === "off" || ackReactionScope === "none";
  if (settings.ackReaction !== undefined || ackReaction === undefined || ackReaction === "" || isOff) return [];
  if (readReaction(ackReaction) !== undefined) return [];
  return [
    `messages.ackReaction is one that Zalo does not have: no reaction is made. Set ${configPath}.ackReaction to one of ${reactionChoices}, or to "" for none.`,
  ];
}

function isInScope(
  run: AccountRun,
  { isGroup }: TurnMessage,
  { wasMentioned }: Pick<Admitted, "wasMentioned">,
): boolean {
  return shouldAckReaction({
    scope: run.cfg().messages?.ackReactionScope,
    isDirect: !isGroup,
    isGroup,
    isMentionableGroup: isGroup,
    canDetectMention: run.ownId() !== undefined,
    effectiveWasMentioned: wasMentioned,
  });
}

async function attempt(run: AccountRun, react: React, wish: AckWish): Promise<boolean> {
  const outcome = await react(run, wish);
  if (outcome.kind === "sent") return true;
  run.log.debug(`the reaction to message ${wish.ids.msgId} was not made: ${outcome.error.message}`);
  return false;
}

const reactNow: React = (run, { target, ids, reaction, kind }) =>
  gesture(run.account(), target, {
    kind,
    make: (zca, signal) => {
      const thread = { threadId: target.id, isGroup: target.kind === "group" };
      return perform(zca, { kind: "react", thread, ids, reaction }, signal);
    },
  });
