import { isOwnCommand } from "../paused/chat-command.js";
import { isPaused } from "../paused/conversations.js";
import type { AccountRun } from "./account-run.js";
import type { Decision } from "./decide.js";
import type { TurnMessage } from "./turn-message.js";

/** What is written to a conversation the owner has taken over is for the owner; the agent reads it along later. */
export function unlessPaused(run: AccountRun, message: TurnMessage, decision: Decision): Decision {
  if (decision.kind !== "admitted" && decision.kind !== "challenge") return decision;
  const thread = message.isGroup ? `group:${message.threadId}` : `user:${message.senderId}`;
  if (!isPaused(run.accountId, thread, Date.now())) return decision;
  if (decision.kind === "challenge") return { kind: "drop", reason: "owner_paused" };
  // Or nobody could end a pause from where it holds; who may is the command's own question.
  if (decision.commandAuthorized === true && isOwnCommand(decision.commandText)) return decision;
  return { kind: "context", route: decision.route, reason: "owner_paused" };
}
