import { resolveStableChannelMessageIngress } from "openclaw/plugin-sdk/channel-ingress-runtime";
import { buildMentionRegexes, matchesMentionWithExplicit } from "openclaw/plugin-sdk/channel-inbound";
import {
  isControlCommandMessage,
  shouldComputeCommandAuthorized,
  shouldHandleTextCommands,
} from "openclaw/plugin-sdk/command-auth";
import { resolveAgentRoute } from "openclaw/plugin-sdk/routing";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { openKeptContext } from "../../src/channel/inbound/kept-context.ts";
import type { AccountRun } from "../../src/channel/inbound/account-run.ts";
import { activityOf } from "../../src/channel/operate/activity.ts";

export type HostConfig = Parameters<typeof resolveAccount>[0];

/** A running account whose host decides for real: resolver, routes, mentions and commands are OpenClaw's own. */
export function hostRun(
  cfg: HostConfig,
  { ownId, ownName, accountId = "default" }: { ownId?: string; ownName?: string; accountId?: string } = {},
): AccountRun {
  const silent = () => {};
  const channel = {
    inbound: { ingress: { resolveStable: resolveStableChannelMessageIngress } },
    routing: { resolveAgentRoute },
    mentions: { buildMentionRegexes, matchesMentionWithExplicit },
    commands: { isControlCommandMessage, shouldComputeCommandAuthorized, shouldHandleTextCommands },
  };
  return {
    accountId,
    // Only what deciding needs; anything else would fail loudly.
    core: { channel } as unknown as AccountRun["core"],
    activity: activityOf(accountId),
    names: { pending: () => false, settled: async () => undefined },
    log: { info: silent, warn: silent, error: silent, debug: silent },
    context: openKeptContext({ file: undefined, now: Date.now, onTrouble: silent }),
    titles: { of: (_groupId, seen) => seen },
    cfg: () => cfg,
    account: () => resolveAccount(cfg, accountId),
    ownId: () => ownId,
    ownName: () => ownName,
  };
}
