import { groupRuleOf } from "../groups.js";
import type { AccountRun } from "./account-run.js";
import { anyMessageOf } from "./any-message.js";
import { judge } from "./decide.js";
import { onceNamesAreKnown } from "./name-wait.js";
import { toTurnMessage, type TurnMessage } from "./turn-message.js";

/**
 * Erases what is kept of people whom the rules keep out of a group by now. They were let in when they spoke, up to days
 * ago; whoever removes somebody does not expect the agent to read them afterwards.
 */
export async function forgetKeptOut(run: AccountRun, message: TurnMessage, conversation: string): Promise<void> {
  // In a direct message nobody has spoken but the contact, who was let in just now.
  if (!message.isGroup) return;
  const { allowed, senderPolicy } = groupRuleOf(run.account(), message.threadId);
  if (allowed && senderPolicy === "open") return;
  for (const speaker of run.context.speakers(conversation)) {
    // Of words without an id nobody can tell whose they are.
    const stays = speaker !== undefined && (await mayStillSpeak(run, speaker, message.threadId));
    if (!stays) run.context.forget(conversation, speaker);
  }
}

/** Asked of whoever decides about live messages: a second set of rules would sooner or later let somebody in. */
async function mayStillSpeak(run: AccountRun, senderId: string, groupId: string): Promise<boolean> {
  const message = toTurnMessage([anyMessageOf(senderId, groupId)]);
  const { kind } = await onceNamesAreKnown(run, message, () => judge(run, message));
  return kind === "admitted" || kind === "context";
}
