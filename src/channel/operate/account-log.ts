import type { ChannelGatewayContext } from "openclaw/plugin-sdk/channel-contract";
import type { ResolvedAccount } from "../account/accounts.js";
import type { Logger } from "../inbound/account-run.js";

/** The host's log of the channel, with the account in front of every line. */
export function loggerOf({ log, accountId }: ChannelGatewayContext<ResolvedAccount>): Logger {
  const line = (message: string) => `[${accountId}] ${message}`;
  return {
    info: (message) => log?.info(line(message)),
    warn: (message) => log?.warn(line(message)),
    error: (message) => log?.error(line(message)),
    debug: (message) => log?.debug?.(line(message)),
  };
}
