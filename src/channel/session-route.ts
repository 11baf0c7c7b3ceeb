import { buildChannelOutboundSessionRoute, type ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { parseTarget } from "../policy/index.js";
import { CHANNEL_ID } from "./channel-id.js";
import { conversationAddress } from "./messaging.js";
import { withDmScope } from "./routing.js";

type Resolve = NonNullable<NonNullable<ChannelPlugin["messaging"]>["resolveOutboundSessionRoute"]>;

/** The session of a conversation somebody writes to: the one its answers live in. Null for what is no target. */
export function sessionRoute({
  cfg,
  agentId,
  accountId,
  target,
}: Parameters<Resolve>[0]): ReturnType<typeof buildChannelOutboundSessionRoute> | null {
  const parsed = parseTarget(target);
  if ("error" in parsed) return null;
  const address = conversationAddress(parsed);
  const kind = parsed.kind === "group" ? "group" : "direct";
  return buildChannelOutboundSessionRoute({
    cfg: withDmScope(cfg),
    agentId,
    channel: CHANNEL_ID,
    ...(accountId === undefined ? {} : { accountId }),
    recipientSessionExact: true,
    peer: { kind, id: parsed.id },
    chatType: kind,
    from: address,
    to: address,
  });
}
