import type { OpenClawPluginApi } from "openclaw/plugin-sdk/channel-core";
import { defaultAccountId, resolveAccount } from "../account/accounts.js";
import { CHANNEL_ID } from "../channel-id.js";
import { runningCopy } from "../running-copy.js";

type Factory = Extract<Parameters<OpenClawPluginApi["registerTool"]>[0], (...args: never[]) => unknown>;
export type ToolContext = Parameters<Factory>[0];

export const toolActions = ["friends", "groups", "me", "status"] as const;

/** Plain JSON schema: the host takes nothing else from it, and a schema library would be one more package. */
const parameters = {
  type: "object",
  additionalProperties: false,
  required: ["action"],
  properties: {
    action: {
      type: "string",
      enum: [...toolActions],
      description: "friends, groups: list or search them; me: the account; status: is it connected.",
    },
    query: { type: "string", description: "Part of a name, or an id." },
    limit: { type: "integer", minimum: 1, maximum: 200, description: "Most rows; default 50." },
    accountId: { type: "string", description: "Which Zalo account; default: the one of this conversation." },
    dryRun: { type: "boolean", description: "Say what would be read; read nothing." },
  },
} as const;

/**
 * What the shared `message` tool lacks. It shows the owner's contacts, so nobody else is offered it: whoever may write to
 * the account could otherwise have its friends listed.
 */
export const createAgentTool: Factory = (context) => {
  const cfg = context.getRuntimeConfig?.() ?? context.runtimeConfig ?? context.config ?? {};
  if (!isForOwner(context) || !resolveAccount(cfg, defaultAccountId(cfg)).configured) return null;
  return {
    name: CHANNEL_ID,
    label: "Zalo Personal",
    description: "Reads the owner's personal Zalo account: friends, groups, me, status. Sends nothing.",
    parameters,
    execute: async (_id, params, signal) => runningCopy().runAgentTool(params, context, signal),
  };
};

/** In a conversation only its owner; without one (a job, the operator's own session) the host has decided already. */
export function isForOwner({ senderIsOwner, requesterSenderId }: ToolContext): boolean {
  return senderIsOwner ?? (requesterSenderId ?? "") === "";
}
