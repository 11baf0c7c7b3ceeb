import type { ChannelGatewayContext } from "openclaw/plugin-sdk/channel-contract";
import { describeError } from "../../errors.js";
import {
  createSupervisor,
  systemClock,
  type Clock,
  type Supervisor,
  type SupervisorSettings,
} from "../../supervisor/index.js";
import { startListener } from "../../zca/index.js";
import { isListedAccount, resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { programFingerprint } from "../account/evidence.js";
import { openIdentity } from "../account/identity.js";
import { renewAfterMs } from "../account/renewal.js";
import { savedSession } from "../account/session.js";
import { openAccountState } from "../account/state.js";
import { pronounce, verdictError, wrongPerson } from "../account/verdict.js";
import { openZca } from "../account/zca.js";
import { openCatchUp } from "../catchup/open.js";
import type { AccountRun, Logger } from "../inbound/account-run.js";
import { openIntake } from "../inbound/intake.js";
import { noteArrival } from "../inbound/loop-guard.js";
import type { Journal } from "../journal/journal.js";
import { holdJournal } from "../journal/journals.js";
import { forgetRefusal } from "../outbound/refused-session.js";
import { tellSends } from "../outbound/rests.js";
import { knownSender } from "../outbound/senders.js";
import { getRuntime, liveConfig } from "../runtime.js";
import { activityOf } from "./activity.js";
import { hintsFor } from "../hints.js";
import { lastGood, openMemory } from "./account-memory.js";
import { loggerOf } from "./account-log.js";
import { confirmPerson } from "./confirm-person.js";
import { machineLoginGate } from "./login-gate.js";
import { publishBlocked, publishSnapshot, publishWaiting } from "./lifecycle.js";
import { record } from "./records.js";
import { handleLine } from "./stream-lines.js";
import { watchSession } from "./session-watch.js";
import { untilMended, watchSettings } from "./settings-watch.js";
import { endOrphans, healLock, startFault } from "./start-checks.js";
import { forgetSupervisor, rememberGaps, rememberSupervisor } from "./supervisors.js";
import { openTriedLogin } from "./tried-login.js";
import { openWindDown, type WindDown } from "./wind-down.js";

type Context = ChannelGatewayContext<ResolvedAccount>;
type Outcome = "over" | "again";

/** What an account's run takes from the machine. */
export interface RunParts {
  readonly clock: Clock;
  /** Random in [0, 1). */
  readonly random: () => number;
  readonly listen: typeof startListener;
  /** Other limits than the supervisor's own, and the pause between two looks for a new login, in ms. */
  readonly settings?: Partial<SupervisorSettings>;
  readonly watchMs?: number;
}

const systemParts: RunParts = { clock: systemClock, random: Math.random, listen: startListener };

/**
 * Runs one account until the host's signal fires. Ends early only when nobody but a person can help; it then says so in
 * status, and `channels login` starts it again.
 */
export async function startAccount(ctx: Context, given: Partial<RunParts> = {}): Promise<void> {
  const { accountId, abortSignal: signal } = ctx;
  const parts = { ...systemParts, ...given };
  const log = loggerOf(ctx);
  const current = () => resolveAccount(liveConfig(), accountId);
  let { account } = ctx;
  let outcome: Outcome = "again";
  for (; outcome === "again" && !signal.aborted; account = current()) {
    const fault = startFault(account);
    if (fault) {
      publishBlocked(ctx, fault);
      if (fault !== account.fault) return;
      // The config may be mended in another account's block, for which nobody starts this one.
      await untilMended({ clock: parts.clock, current }, signal);
      continue;
    }
    await endOrphans(account, signal, log);
    const onWaiting = (why: string, untilMs: number | undefined) => publishWaiting(ctx, why, untilMs);
    const refusal = await confirmPerson(account, { clock: parts.clock, signal, log, onWaiting });
    if (refusal) return publishBlocked(ctx, refusal);
    if (!signal.aborted) outcome = await runAccount({ ...ctx, account }, log, parts);
  }
}

/** One life of the account with one person behind it; `again` when that may be another one now. */
async function runAccount(ctx: Context, log: Logger, parts: RunParts): Promise<Outcome> {
  const ending = openWindDown((what, error) => log.warn(`${what} could not be stopped: ${describeError(error)}`));
  const lease = holdJournal(ctx.account.accountId, (error) => log.error(error.message));
  try {
    return await live(ctx, log, parts, lease.journal, ending);
  } finally {
    await ending.finish();
    lease.release();
  }
}

async function live(ctx: Context, log: Logger, parts: RunParts, journal: Journal, ending: WindDown): Promise<Outcome> {
  const { clock, random, listen, settings, watchMs } = parts;
  const { account } = ctx;
  const state = openAccountState(account.accountId);
  const zca = openZca(account);
  const identity = openIdentity({
    state,
    zca,
    now: Date.now,
    session: savedSession(account),
    onProblem: (error) => log.warn(`the own user id was not learned or saved: ${describeError(error)}`),
  });
  for (const hint of hintsFor(liveConfig(), account)) log.warn(hint);
  tellSends(account.accountId, (what) => log.warn(what));
  const activity = activityOf(account.accountId, (reason) =>
    log.warn(`a line of zca was not understood (${reason}); further ones are only counted`),
  );
  const latest = () => resolveAccount(liveConfig(), account.accountId);
  const current = lastGood(account, latest);
  const memory = openMemory({ current, state, identity, clock, log, ending });
  const run: AccountRun = {
    accountId: account.accountId,
    core: getRuntime(),
    activity,
    log,
    ...memory,
    cfg: liveConfig,
    account: current,
    ownId: () => identity.uid(),
    ownName: () => identity.name(),
  };
  const stopping = new AbortController();
  const signal = AbortSignal.any([ctx.abortSignal, stopping.signal]);
  let foreigner: string | undefined;
  let changed = false;
  let supervised = true;
  const login = openTriedLogin(account);
  const intake = openIntake(run, {
    journal,
    identity,
    onForeignReader: (uid) => {
      foreigner = uid;
      stopping.abort();
    },
  });
  ending.stop("taking messages in", () => intake.stop());
  const catchUp = openCatchUp({
    run,
    state,
    zca,
    journal,
    intake,
    clock,
    pauseFor: (work, limit) => supervisor.pauseFor(work, limit),
  });
  ending.stop("reading missed messages back", () => catchUp.close());
  const startListening = () => {
    healLock(account, log);
    const listener = listen(zca, {
      onLine: (line) => {
        catchUp.note(line);
        if (line.kind === "message") noteArrival(account.accountId, line.id, Date.now());
        handleLine(line, { supervisor, intake, activity: run.activity, ...memory });
      },
      onStderr: (line) => log.debug(`zca: ${line}`),
      onProgram: (able) => {
        supervised = able.supervised;
        rememberGaps(account.accountId, able.missing);
      },
    });
    return { exited: listener.exited, stop: (graceMs: number) => listener.stop(graceMs).then(() => undefined) };
  };
  const supervisor: Supervisor = createSupervisor({
    supervised: () => supervised,
    start: () => login.begin(() => catchUp.listen(startListening)),
    binaryFingerprint: () => programFingerprint(account),
    busy: () => knownSender(account)?.queue.snapshot().inFlightSinceMs !== undefined,
    clock,
    random,
    gate: machineLoginGate,
    ...(settings === undefined ? {} : { settings }),
    renewAfterMs: () => renewAfterMs(account.accountId, clock.now()),
    budgets: { read: async () => state.budget.read(), write: async (budget) => state.budget.write(budget) },
    exits: {
      read: async () => state.exits.read(),
      async write(exits) {
        state.exits.write([...exits]);
        const { accountId } = account;
        const last = exits.at(-1);
        if (last) record("exit", { accountId, kind: last.kind, detail: last.detail, asked: last.asked });
      },
    },
    // A standing verdict ended the start above, before any of this.
    verdicts: { read: async () => undefined, write: async (verdict) => void (changed ||= !login.pronounce(verdict)) },
    onState: (snapshot) => {
      // A login that worked disproves what a send found before.
      if (snapshot.phase === "running") forgetRefusal(account.accountId, snapshot.startedAtMs ?? 0);
      publishSnapshot(ctx, snapshot);
    },
    onProblem: (what, error) => log.warn(`${what} failed: ${describeError(error)}`),
  });
  const onChange = () => {
    changed = true;
    stopping.abort();
  };
  const unwatch = watchSession({
    account,
    clock,
    log,
    ...(watchMs === undefined ? {} : { watchMs }),
    onLogin: () => supervisor.wake(),
    onChange,
  });
  ending.afterwards("watching for logins", unwatch);
  const isListed = () => isListedAccount(liveConfig(), account.accountId);
  ending.afterwards("watching the config", watchSettings({ account, current: latest, isListed, clock, onChange }));
  rememberSupervisor(account.accountId, supervisor);
  ending.afterwards("the supervisor", () => forgetSupervisor(account.accountId, supervisor));
  signal.addEventListener("abort", () => ending.begin(), { once: true });
  const outcome = await supervisor.run(signal);
  if (foreigner !== undefined) {
    memory.names.disown();
    const verdict = wrongPerson(identity.uid() ?? "unknown", foreigner, Date.now());
    pronounce(account, verdict);
    publishBlocked(ctx, verdictError(account.accountId, verdict));
    return "over";
  }
  if (outcome.kind === "blocked" && !changed) publishBlocked(ctx, verdictError(account.accountId, outcome.verdict));
  return changed ? "again" : "over";
}
