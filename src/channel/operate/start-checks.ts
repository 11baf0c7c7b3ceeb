import { describeError, ZalouserError } from "../../errors.js";
import { healListenerLock, openzcaHome, sweepDrafts, sweepOrphans } from "../../zca/index.js";
import { isListedAccount, listAccountIds, resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { openAccountState } from "../account/state.js";
import { openZca } from "../account/zca.js";
import { CHANNEL_PATH } from "../channel-id.js";
import type { Logger } from "../inbound/account-run.js";
import { liveConfig } from "../runtime.js";

/** Why an account must not even be tried, whatever stands on disk. */
export function startFault(account: ResolvedAccount): ZalouserError | undefined {
  return platformFault(account) ?? unlistedFault(account) ?? account.fault ?? twinFault(account);
}

/**
 * After a SIGKILL of the gateway its listener and sends live on; two listeners on one session evict each other for ever,
 * and what came of a send cannot be told while it runs. Settles early when the account is stopped. Never rejects: a look
 * that fails is told, and the account starts.
 */
export async function endOrphans(
  account: ResolvedAccount,
  signal: AbortSignal,
  log: Logger,
  sweep: typeof sweepOrphans = sweepOrphans,
): Promise<void> {
  const { accountId } = account;
  const { folder: own, processFolder: folder } = openAccountState(accountId);
  sweepDrafts(own);
  const report = await lookForOrphans().catch((cause: unknown) => {
    const what = `What a gateway before this one left running in ${folder} could not be looked at (${describeError(cause)}).`;
    log.error(new ZalouserError("STATE_UNWRITABLE", what, { accountId, cause }).message);
  });
  if (!report) return;
  for (const { kind, pid } of report.ended)
    log.warn(`ended zca ${kind} (pid ${pid}) that a gateway before this one left behind`);
  for (const lock of report.clearedLocks) log.warn(`removed the stale lock ${lock}`);
  const [unremoved] = report.unremoved;
  if (unremoved === undefined) return;
  const what = `The record of a zca process that is gone could not be removed: ${unremoved}.`;
  log.error(new ZalouserError("STATE_UNWRITABLE", what, { accountId }).message);

  async function lookForOrphans() {
    const home = openzcaHome(openZca(account).environment("listen"));
    return sweep(folder, { home, signal });
  }
}

/** Removes the profile's listener lock when no listener can hold it; to be called before each start. */
export function healLock(account: ResolvedAccount, log: Logger): void {
  const home = openzcaHome(openZca(account).environment("listen"));
  const healed = healListenerLock(home, account.profile);
  if (healed !== undefined) log.warn(`removed ${healed}: the process it names is no zca listener`);
}

/** Status, pairing and the Control UI know the listed accounts alone: what runs beside them nobody sees and nobody can stop. */
function unlistedFault({ accountId }: ResolvedAccount): ZalouserError | undefined {
  if (isListedAccount(liveConfig(), accountId)) return undefined;
  const what = `It is none of the accounts in the config, so it does not listen: once ${CHANNEL_PATH}.accounts has entries, only those and the default account run. To keep it, add ${CHANNEL_PATH}.accounts.${accountId} (an empty {} will do), or set ${CHANNEL_PATH}.defaultAccount to "${accountId}".`;
  return new ZalouserError("CONFIG_INVALID", what, { accountId });
}

/** Two accounts logged in as one person would answer every message twice. */
function twinFault({ accountId }: ResolvedAccount): ZalouserError | undefined {
  const cfg = liveConfig();
  const uid = openAccountState(accountId).login.read()?.uid;
  const twin = listAccountIds(cfg).find(
    (id) => id !== accountId && resolveAccount(cfg, id).enabled && openAccountState(id).login.read()?.uid === uid,
  );
  if (uid === undefined || twin === undefined) return undefined;
  const names = [accountId, twin].sort().map((id) => `"${id}"`);
  const what = `Accounts ${names.join(" and ")} are logged in as the same Zalo user.`;
  return new ZalouserError("CONFIG_PROFILE_SHARED", what, { accountId });
}

function platformFault({ accountId }: ResolvedAccount): ZalouserError | undefined {
  if (process.platform !== "win32") return undefined;
  return new ZalouserError("PLATFORM_UNSUPPORTED", "Windows cannot supervise zca reliably.", { accountId });
}
