import type { OpenClawPluginApi } from "openclaw/plugin-sdk/channel-core";
import { CHANNEL_ID } from "../channel-id.js";
import { runningCopy } from "../running-copy.js";

type Definition = Parameters<OpenClawPluginApi["registerCommand"]>[0];
export type ChatContext = Parameters<Definition["handler"]>[0];

export const chatUsage =
  "/zalouser pause [conversation] [2h] · /zalouser resume [conversation] · /zalouser why [conversation] — without a conversation it is this one.";

/** `/zalouser …` in any chat of the owner's: what the terminal's commands do, without a terminal. */
export const chatCommand: Definition = {
  name: CHANNEL_ID,
  description: "Pause or resume a Zalo conversation, or say why it was not answered",
  acceptsArgs: true,
  requiredScopes: ["operator.admin"],
  handler: async (context) => ({ text: await runningCopy().runChatCommand(context) }),
};

/** Whether a message is that command. */
export function isOwnCommand(text: string): boolean {
  return /^\/zalouser(?:\s|$)/iu.test(text.trim());
}
