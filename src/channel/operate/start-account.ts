import type { ChannelGatewayContext } from "openclaw/plugin-sdk/channel-contract";
import { channelBlockedPatch } from "openclaw/plugin-sdk/gateway-runtime";
import { describeError, ZalouserError } from "../../errors.js";
import { createSupervisor, systemClock, type Supervisor } from "../../supervisor/index.js";
import { openzcaHome, startListener, sweepOrphans, type StreamLine } from "../../zca/index.js";
import { listAccountIds, resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { programFingerprint } from "../account/evidence.js";
import { openIdentity } from "../account/identity.js";
import { openAccountState, type AccountState } from "../account/state.js";
import { pronounce, standingVerdict, verdictError } from "../account/verdict.js";
import { openZca } from "../account/zca.js";
import type { AccountRun, Logger } from "../inbound/account-run.js";
import { openIntake, type Intake } from "../inbound/intake.js";
import { knownSender } from "../outbound/senders.js";
import { getRuntime, liveConfig } from "../runtime.js";
import { activityOf } from "./activity.js";
import { hintsFor } from "../hints.js";
import { machineLoginGate } from "./login-gate.js";
import { publishSnapshot } from "./lifecycle.js";
import { forgetSupervisor, rememberGaps, rememberSupervisor } from "./supervisors.js";

type Context = ChannelGatewayContext<ResolvedAccount>;

/** How often a new login by another process is looked for; a stat of one small file. */
const LOGIN_WATCH_MS = 1000;

/**
 * Runs one account until the host's signal fires. Ends early only when nobody but a person can help; it then says so in
 * status, and `channels login` starts it again.
 */
export async function startAccount(ctx: Context): Promise<void> {
  const { account } = ctx;
  const fault = platformFault(account) ?? account.fault ?? standingFault(account) ?? twinFault(account);
  if (fault) return block(ctx, fault);
  const log = loggerOf(ctx);
  const state = openAccountState(account.accountId);
  const zca = openZca(account);
  await endOrphans(account, log);
  const identity = openIdentity({
    state,
    zca,
    now: Date.now,
    onProblem: (error) => log.warn(`own user id not known yet: ${describeError(error)}`),
  });
  for (const hint of hintsFor(liveConfig(), account)) log.warn(hint);
  const activity = activityOf(account.accountId, (reason) =>
    log.warn(`a line of zca was not understood (${reason}); further ones are only counted`),
  );
  const run: AccountRun = {
    accountId: account.accountId,
    core: getRuntime(),
    activity,
    log,
    skippedInGroups: new Map(),
    cfg: liveConfig,
    account: () => resolveAccount(liveConfig(), account.accountId),
    ownId: () => identity.uid(),
    ownName: () => identity.name(),
  };
  const stopping = new AbortController();
  const signal = AbortSignal.any([ctx.abortSignal, stopping.signal]);
  let foreigner: string | undefined;
  let supervised = true;
  const intake = openIntake(run, identity, (uid) => {
    foreigner = uid;
    stopping.abort();
  });
  const supervisor: Supervisor = createSupervisor({
    supervised: () => supervised,
    start: () => {
      const listener = startListener(zca, {
        onLine: (line) => handleLine(line, { supervisor, intake, activity: run.activity }),
        onStderr: (line) => log.debug(`zca: ${line}`),
        onProgram: (able) => {
          supervised = able.supervised;
          rememberGaps(account.accountId, able.missing);
        },
      });
      return { exited: listener.exited, stop: (graceMs) => listener.stop(graceMs).then(() => undefined) };
    },
    binaryFingerprint: () => programFingerprint(account),
    busy: () => knownSender(account)?.queue.snapshot().inFlightSinceMs !== undefined,
    clock: systemClock,
    random: Math.random,
    gate: machineLoginGate,
    budgets: {
      read: async () => state.budget.read(),
      write: async (budget) => state.budget.write({ ...budget, tries: [...budget.tries] }),
    },
    // A standing verdict ended the start above, before any of this.
    verdicts: { read: async () => undefined, write: async (verdict) => pronounce(account, verdict) },
    onState: (snapshot) => publishSnapshot(ctx, snapshot),
    onProblem: (what, error) => log.warn(`${what} failed: ${describeError(error)}`),
  });
  const unwatch = watchLogin(state, () => supervisor.wake());
  rememberSupervisor(account.accountId, supervisor);
  try {
    signal.addEventListener("abort", () => void intake.flush(), { once: true });
    const outcome = await supervisor.run(signal);
    await intake.flush();
    if (foreigner !== undefined) {
      const verdict = { kind: "wrong-account" as const, detail: `uid ${foreigner}`, atMs: Date.now() };
      pronounce(account, verdict);
      return block(ctx, verdictError(account.accountId, verdict));
    }
    if (outcome.kind === "blocked") block(ctx, verdictError(account.accountId, outcome.verdict));
  } finally {
    unwatch();
    forgetSupervisor(account.accountId, supervisor);
  }
}

/** After a SIGKILL of the gateway its listener and sends live on; two listeners on one session evict each other for ever. */
async function endOrphans(account: ResolvedAccount, log: Logger): Promise<void> {
  const zca = openZca(account);
  const report = await sweepOrphans(openAccountState(account.accountId).processFolder, {
    home: openzcaHome(zca.environment("listen")),
  });
  for (const { kind, pid } of report.ended)
    log.warn(`ended zca ${kind} (pid ${pid}) that a gateway before this one left behind`);
  for (const lock of report.clearedLocks) log.warn(`removed the stale lock ${lock}`);
}

interface LineSinks {
  readonly supervisor: Supervisor;
  readonly intake: Intake;
  readonly activity: AccountRun["activity"];
}

function handleLine(line: StreamLine, { supervisor, intake, activity }: LineSinks): void {
  switch (line.kind) {
    case "lifecycle":
      if (line.event === "connected") supervisor.noteConnected();
      else if (line.event === "heartbeat") supervisor.noteHeartbeat();
      return;
    case "notice":
      // A program without lifecycle records says it in words.
      if (line.notice === "connected") supervisor.noteConnected();
      return;
    case "message":
      supervisor.noteLine();
      void intake.accept(line);
      return;
    case "malformed":
      return activity.countMalformed(line.reason);
  }
}

function standingFault(account: ResolvedAccount): ZalouserError | undefined {
  const verdict = standingVerdict(account);
  return verdict === undefined ? undefined : verdictError(account.accountId, verdict);
}

/** Two accounts logged in as one person would answer every message twice. */
function twinFault(account: ResolvedAccount): ZalouserError | undefined {
  const { accountId } = account;
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

function watchLogin(state: AccountState, onLogin: () => void): () => void {
  let seen = state.login.version();
  const timer = setInterval(() => {
    const now = state.login.version();
    if (now === seen) return;
    seen = now;
    // Written by ourselves when `me id` was asked: that is no new login.
    if (now !== 0 && state.login.read()?.byLogin === true) onLogin();
  }, LOGIN_WATCH_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function platformFault({ accountId }: ResolvedAccount): ZalouserError | undefined {
  if (process.platform !== "win32") return undefined;
  return new ZalouserError("PLATFORM_UNSUPPORTED", "Windows cannot supervise zca reliably.", { accountId });
}

function block(ctx: Context, error: ZalouserError): void {
  ctx.log?.error(error.message);
  ctx.setStatus({
    ...ctx.getStatus(),
    accountId: ctx.accountId,
    connected: false,
    ...channelBlockedPatch(error.message),
  });
}

function loggerOf({ log, accountId }: Context): Logger {
  const line = (message: string) => `[${accountId}] ${message}`;
  return {
    info: (message) => log?.info(line(message)),
    warn: (message) => log?.warn(line(message)),
    error: (message) => log?.error(line(message)),
    debug: (message) => log?.debug?.(line(message)),
  };
}
