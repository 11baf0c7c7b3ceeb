import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { formatTarget, parseTarget, type Target } from "../policy/index.js";
import { ZalouserError } from "../errors.js";
import { CHANNEL_ALIAS, CHANNEL_ID } from "./channel-id.js";
import { sessionRouteModule } from "./lazy.js";

type Messaging = NonNullable<ChannelPlugin["messaging"]>;

/** How targets are written: `<user id>`, `user:<id>` or `group:<id>`, with an optional `zalouser:` prefix. */
export const messaging: Messaging = {
  targetPrefixes: [CHANNEL_ID, CHANNEL_ALIAS],
  normalizeTarget: (raw) => {
    const target = parseTarget(raw);
    return "error" in target ? undefined : formatTarget(target);
  },
  inferTargetChatType: ({ to }) => {
    const target = parseTarget(to);
    if ("error" in target) return undefined;
    return target.kind === "group" ? "group" : "direct";
  },
  targetResolver: {
    looksLikeId: (raw) => !("error" in parseTarget(raw)),
    hint: "<user id> or group:<group id>; see `openclaw directory peers list --channel zalouser`",
  },
  resolveOutboundSessionRoute: async (params) => (await sessionRouteModule()).sessionRoute(params),
};

/** The address of a conversation as the host stores it; the same for inbound `from` and outbound `to`. */
export function conversationAddress(target: Target): string {
  return `${CHANNEL_ID}:${formatTarget(target)}`;
}

/** Two spellings of one conversation. */
export function isSameTarget(one: string | undefined, other: string | undefined): boolean {
  const [first, second] = [parseTarget(one ?? ""), parseTarget(other ?? "")];
  return !("error" in first) && !("error" in second) && formatTarget(first) === formatTarget(second);
}

/** What an agent has to know of Zalo beside the shared tool's own words. */
export const messageHints: readonly string[] = [
  "Zalo: in a group, @ and a member's full name mentions that member; there is no @all.",
  "Zalo reactions: ❤ 👍 😆 😮 😭 😡, or ok, thanks, rose. Only one's own messages can be unsent; nothing can be edited.",
];

/** A target that must be valid: the group flag of a send comes from here and from nowhere else. */
export function requireTarget(raw: string, accountId: string): Target {
  const target = parseTarget(raw);
  if ("error" in target) {
    throw new ZalouserError("TARGET_INVALID", `"${raw.slice(0, 60)}" is no Zalo target: ${target.error}.`, {
      accountId,
    });
  }
  return target;
}
