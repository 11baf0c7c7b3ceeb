import type { OpenClawConfig, PluginRuntime } from "openclaw/plugin-sdk/channel-core";
import type { ResolvedAccount } from "../account/accounts.js";
import type { NameResolver } from "../names/resolver.js";
import type { AccountActivity } from "../operate/activity.js";
import type { GroupTitles } from "../names/titles.js";
import type { KeptContext } from "./kept-context.js";

/** What inbound handling needs of a running account. Config is read anew for every message, so rules change at once. */
export interface AccountRun {
  readonly accountId: string;
  readonly core: PluginRuntime;
  readonly activity: AccountActivity;
  readonly log: Logger;
  /** Whether a name in the config may still become an id, and when that is settled. */
  readonly names: Pick<NameResolver, "pending" | "settled">;
  /** Messages nobody had to answer, kept as context of the next one of their conversation that is. */
  readonly context: KeptContext;
  readonly titles: Pick<GroupTitles, "of">;
  cfg(): OpenClawConfig;
  account(): ResolvedAccount;
  /** Own uid of this account; undefined until the first login told it. */
  ownId(): string | undefined;
  ownName(): string | undefined;
}

export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  debug(message: string): void;
}
