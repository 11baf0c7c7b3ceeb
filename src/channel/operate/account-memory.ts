import path from "node:path";
import type { NameKind } from "../../policy/index.js";
import type { Clock } from "../../supervisor/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import type { Identity } from "../account/identity.js";
import type { AccountState } from "../account/state.js";
import type { Logger } from "../inbound/account-run.js";
import { openKeptContext, type KeptContext } from "../inbound/kept-context.js";
import { openNameResolver, type NameResolver } from "../names/resolver.js";
import { openGroupTitles, type GroupTitles } from "../names/titles.js";
import { liveConfig } from "../runtime.js";
import { lastKnownGroups, listHolders } from "./directory.js";
import type { WindDown } from "./wind-down.js";

export interface MemoryParts {
  readonly current: () => ResolvedAccount;
  readonly state: AccountState;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly log: Logger;
  readonly ending: WindDown;
}

/** What a running account knows beside its messages: whom names stand for, what groups are called, what was said there. */
export interface Memory {
  readonly names: NameResolver;
  readonly titles: GroupTitles;
  readonly context: KeptContext;
}

export function openMemory({ current, state, identity, clock, log, ending }: MemoryParts): Memory {
  const { accountId } = current();
  const listOf = (kind: NameKind, signal: AbortSignal) => listHolders(liveConfig(), accountId, kind, signal);
  const titles = openGroupTitles({
    accountId,
    clock,
    log,
    list: (signal) => listOf("group", signal),
    lastKnown: () => lastKnownGroups(accountId),
  });
  const names = openNameResolver({
    account: current,
    ownId: async () => {
      await identity.ready();
      return identity.uid();
    },
    async list(kind, signal) {
      const holders = await listOf(kind, signal);
      if (kind === "group") titles.learn(holders);
      return holders;
    },
    clock,
    log,
  });
  const context = openKeptContext({
    file: path.join(state.folder, "context.sqlite"),
    now: Date.now,
    onTrouble: (what) => log.warn(what),
  });
  ending.stop("looking up names", () => names.stop());
  ending.stop("looking up titles of groups", () => titles.stop());
  ending.afterwards("the context of groups", () => context.close());
  return { names, titles, context };
}

/**
 * The account as the config has it now, but never with a fault: an id that lost digits must let nobody in, not even for
 * the moment until the account is stopped over it.
 */
export function lastGood(started: ResolvedAccount, latest: () => ResolvedAccount): () => ResolvedAccount {
  let good = started;
  return () => {
    const now = latest();
    if (now.fault === undefined) good = now;
    return good;
  };
}
