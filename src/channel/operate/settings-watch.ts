import { sleep, type Clock } from "../../supervisor/index.js";
import type { ResolvedAccount } from "../account/accounts.js";

/** How often the config is compared; it is in memory. */
const WATCH_MS = 1000;

/** The host restarts an account for changes of its own block. Two restarts for one change would be a login too many. */
const GRACE_MS = 5000;

export interface SettingsWatch {
  /** The account as it was started. */
  readonly account: ResolvedAccount;
  /** The account as the config has it now. */
  readonly current: () => ResolvedAccount;
  /** Whether it is among the accounts of the config now. */
  readonly isListed: () => boolean;
  readonly clock: Clock;
  /** The listener runs on settings that hold no more. */
  readonly onChange: () => void;
}

/**
 * Looks for changes the host does not restart this account for: another account's block can move the default account, and
 * with it a profile, claim this one's, or, as the first one, take the account on the root settings off the list. The
 * returned function ends it.
 */
export function watchSettings({ account, current, isListed, clock, onChange }: SettingsWatch): () => void {
  const started = bindingOf(account, true);
  let cancel = () => {};
  let ended = false;
  let differsForMs = 0;
  const look = () => {
    differsForMs = bindingOf(current(), isListed()) === started ? 0 : differsForMs + WATCH_MS;
    if (differsForMs > GRACE_MS) return onChange();
    if (!ended) cancel = clock.setTimeout(look, WATCH_MS);
  };
  cancel = clock.setTimeout(look, WATCH_MS);
  return () => {
    ended = true;
    cancel();
  };
}

/** Settles when the config no longer says what stood against starting, or the account is stopped. */
export async function untilMended(
  { clock, current }: Pick<SettingsWatch, "clock" | "current">,
  signal: AbortSignal,
): Promise<void> {
  const fault = current().fault?.message;
  const stands = () => fault !== undefined && current().fault?.message === fault;
  while (stands() && !signal.aborted) await sleep(clock, WATCH_MS, signal);
}

/** What a listener is started with, and why it must not be. */
function bindingOf({ profile, settings, fault }: ResolvedAccount, isListed: boolean): string {
  const { zcaBinary, zcaEnv } = settings;
  return JSON.stringify([isListed, profile, zcaBinary, zcaEnv, fault?.message]);
}
