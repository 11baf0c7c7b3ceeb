import { DEFAULT_CATCH_UP } from "../../config.js";
import { describeError } from "../../errors.js";
import { catchUpLimits, withCall, type Candidate } from "../../policy/index.js";
import { sleep, type Clock, type Supervisor } from "../../supervisor/index.js";
import { isListenerAlive, openzcaHome, runErrand, type Zca } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import type { AccountState } from "../account/state.js";
import type { AccountRun } from "../inbound/account-run.js";
import type { Intake } from "../inbound/intake.js";
import type { Journal } from "../journal/journal.js";
import { sendLedgerOf } from "../outbound/ledgers.js";
import { senderFor } from "../outbound/senders.js";
import { createCatchUp, type CatchUp } from "./catch-up.js";
import { listedPeople, pairedPeople } from "../account/people.js";
import { admittedOnly } from "./conversations.js";
import { noteNeverWrote } from "./counts.js";
import { openLedger } from "./ledger.js";
import { isOurs } from "./ours.js";
import { readBack, type ReadBackDeps } from "./read-back.js";

export interface CatchUpParts {
  readonly run: AccountRun;
  readonly state: AccountState;
  readonly zca: Zca;
  readonly journal: Journal;
  readonly intake: Pick<Intake, "acceptHistory">;
  readonly clock: Clock;
  readonly pauseFor: Supervisor["pauseFor"];
}

/** A conversation that was silent for longer is not looked for after a gap. */
const RECENT_MS = 30 * 24 * 60 * 60_000;
/** People the settings let in who never wrote: with every gap each costs a login for what is mostly nothing. */
const MOST_NEVER_HEARD = 5;
/** More than a journal keeps rows: whoever is busier must not push anybody out before it is known who may write at all. */
const MOST_CANDIDATES = 100_000;
/** A line of the listener is journaled within milliseconds; a busy machine may take a little longer. */
const HEARD_WITHIN_MS = 3_000;

function settingsOf({ settings }: ResolvedAccount) {
  const { enabled, maxMessages, maxAgeMinutes, maxConversations } = settings.catchUp ?? {};
  return {
    enabled: enabled ?? DEFAULT_CATCH_UP.enabled,
    maxMessages: maxMessages ?? DEFAULT_CATCH_UP.maxMessages,
    maxAgeMinutes: maxAgeMinutes ?? DEFAULT_CATCH_UP.maxAgeMinutes,
    maxConversations: maxConversations ?? DEFAULT_CATCH_UP.maxConversations,
  };
}

/** The catch-up of one run of an account, on the account's own files, journal, queue and program. */
export function openCatchUp(parts: CatchUpParts): CatchUp {
  const { run, state, journal, clock } = parts;
  const { accountId } = run;
  const ownId = () => run.ownId();
  const settings = () => settingsOf(run.account());
  const ledger = openLedger(state, accountId, {
    uid: ownId,
    now: () => clock.now(),
    onProblem: (error) => run.log.warn(describeError(error)),
  });
  const maxAgeMs = () => settings().maxAgeMinutes * 60_000;
  const deps: ReadBackDeps = {
    zca: parts.zca,
    now: () => clock.now(),
    maxMessages: () => settings().maxMessages,
    maxAgeMs,
    firstMs: () => ledger.firstMs() ?? clock.now(),
    ownId,
    isOurs: (row) => isOurs(sendLedgerOf(accountId), row, clock.now()),
    knows: (keys) => journal.knows(keys),
    accept: (message) => parts.intake.acceptHistory(message),
    alone: (work, signal) => runErrand(senderFor(run.account()).queue, "catch-up", work, signal),
    untilHeard: (signal) => sleep(clock, HEARD_WITHIN_MS, signal),
    onCall: () => ledger.change((coverage) => withCall(coverage, clock.now())),
  };

  const metAtMs = new Map<string, number>();

  /** Let in since the account was last looked at: what they write meanwhile was said to nobody. */
  async function newPeople(): Promise<Candidate[]> {
    const known = ledger.paired();
    const paired = await pairedPeople(accountId);
    return paired
      .filter((id) => !known.includes(id))
      .map((id) => {
        // They are about to write, but not for ever: a conversation that sleeps is not worth a login each half hour.
        const lastAtMs = metAtMs.get(id) ?? clock.now();
        metAtMs.set(id, lastAtMs);
        return { lane: `user:${id}`, lastAtMs };
      });
  }

  /** Of the people the settings let in, those nobody has heard yet; a moment's gap does not concern them. */
  function neverHeard(isKnown: (lane: string) => boolean): Candidate[] {
    const { gaps } = ledger.coverage();
    const isLong = gaps.some(({ fromMs, toMs = clock.now() }) => toMs - fromMs >= catchUpLimits.shortMs);
    const people = listedPeople(run.account()).filter((id) => id !== ownId() && !isKnown(`user:${id}`));
    noteNeverWrote(accountId, isLong ? Math.max(0, people.length - MOST_NEVER_HEARD) : 0);
    return people.slice(0, MOST_NEVER_HEARD).map((id) => ({ lane: `user:${id}`, lastAtMs: 0 }));
  }

  return createCatchUp({
    accountId,
    clock,
    ledger,
    log: run.log,
    rules: () => {
      const { enabled, maxConversations } = settings();
      return enabled ? { maxConversations, maxAgeMs: maxAgeMs() } : undefined;
    },
    configPath: () => run.account().configPath,
    lastLineMs: () => journal.lastAppendAtMs(),
    async candidates() {
      const sinceMs = clock.now() - RECENT_MS;
      const recent = journal.recentConversations({ sinceMs, limit: MOST_CANDIDATES, reader: ownId() });
      const added = await newPeople();
      const isAdded = (lane: string) => added.some((person) => person.lane === lane);
      const known = [...added, ...recent.filter(({ lane }) => !isAdded(lane))];
      const lanes = new Set(known.map(({ lane }) => lane));
      return [...known, ...neverHeard((lane) => lanes.has(lane))];
    },
    admittedOnly: (conversations) => admittedOnly(run, conversations),
    readBack: (conversation, signal) => readBack(deps, conversation, signal),
    async onRead(left) {
      const waiting = new Set(left.map(({ lane }) => lane));
      ledger.notePaired((await pairedPeople(accountId)).filter((id) => !waiting.has(`user:${id}`)));
    },
    isTaken: () => isListenerAlive(openzcaHome(parts.zca.environment("listen")), parts.zca.profile),
    inTrouble: () => (state.budget.read()?.streak ?? 0) > 0,
    pauseFor: parts.pauseFor,
  });
}
