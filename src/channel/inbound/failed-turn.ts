import type { ReplyPayload } from "openclaw/plugin-sdk/reply-payload";
import { failureNotice } from "../outbound/host-notices.js";
import { localeOf } from "../texts.js";
import type { AccountRun } from "./account-run.js";
import type { Admitted } from "./decide.js";
import type { TurnMessage } from "./turn-message.js";

/**
 * What a contact reads where the host has an error instead of an answer, and a note of it for the owner. The host's words
 * are meant for operators: they name providers, keys and commands. What it says to a command is an answer.
 */
export function sayFailure(
  run: AccountRun,
  message: TurnMessage,
  { commandText }: Admitted,
  payload: ReplyPayload,
): ReplyPayload {
  if (payload.isError !== true || /^[/!]/u.test(commandText)) return payload;
  const { threadId, senderId } = message;
  run.activity.decided({ threadId, senderId, result: "failed", reason: "agent_failed" });
  const { text } = payload;
  return text === undefined ? payload : { ...payload, text: failureNotice(text, localeOf(run.account())) };
}
