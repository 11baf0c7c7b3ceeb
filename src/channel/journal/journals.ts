import path from "node:path";
import { ZalouserError } from "../../errors.js";
import { systemClock } from "../../supervisor/index.js";
import { openAccountState } from "../account/state.js";
import { openJournal, type Journal, type JournalSnapshot } from "./journal.js";

export interface JournalLease {
  readonly journal: Journal;
  /**
   * The journal closes when its last holder has let go and no turn winds down any more. One that lives in memory stays
   * for the next holder.
   */
  readonly release: () => void;
}

interface Held {
  readonly journal: Journal;
  holders: number;
}

// By account, for the whole process: an account that restarts while a turn of its old run still winds down must meet the
// same claims, and a journal that could not be written must not be lost with the run.
const journals = new Map<string, Held>();

/** The journal of an account; `report` is told of trouble with the file, once per trouble. */
export function holdJournal(accountId: string, report: (error: ZalouserError) => void): JournalLease {
  const file = journalFile(accountId);
  const held = journals.get(file) ?? keep(file, open(accountId, file, report));
  held.holders += 1;
  let released = false;
  return {
    journal: held.journal,
    release() {
      if (released) return;
      released = true;
      held.holders -= 1;
      closeIfDone(file, held);
    },
  };
}

function keep(file: string, journal: Journal): Held {
  const held = { journal, holders: 0 };
  journals.set(file, held);
  journal.onLaneFree(() => closeIfDone(file, held));
  return held;
}

function closeIfDone(file: string, held: Held): void {
  const { journal } = held;
  if (held.holders > 0 || journal.busy() || journal.snapshot().trouble !== undefined) return;
  if (journals.get(file) !== held) return;
  journals.delete(file);
  journal.close();
}

/** Whether somebody wrote in this conversation lately. Only known while the account runs here. */
export function hasHeard(accountId: string, lane: string): boolean {
  return journals.get(journalFile(accountId))?.journal.hasHeard(lane) ?? false;
}

/** What status shows of an account's journal while it is open in this process. */
export function journalSnapshot(accountId: string): JournalSnapshot | undefined {
  return journals.get(journalFile(accountId))?.journal.snapshot();
}

/** What a person has to know about an account's journal, in sentences that say what mends it. */
export function journalProblems(accountId: string): string[] {
  const snapshot = journalSnapshot(accountId);
  if (snapshot === undefined) return [];
  const { path: file, trouble, setAside, failedToday, failures } = snapshot;
  return [
    ...(trouble === undefined ? [] : [unwritable(accountId, file, trouble.reason)]),
    ...(setAside === undefined ? [] : [damaged(accountId, setAside)]),
    ...(failedToday === 0 ? [] : [unhandled(accountId, failedToday, failures[0])]),
  ].map(({ message }) => message);
}

function open(accountId: string, file: string, report: (error: ZalouserError) => void): Journal {
  return openJournal({
    accountId,
    file,
    clock: systemClock,
    onTrouble: (trouble) => {
      if (trouble !== undefined) report(unwritable(accountId, file, trouble.reason));
      const held = journals.get(file);
      // Nobody may be left who waited for it.
      if (trouble === undefined && held !== undefined) closeIfDone(file, held);
    },
    onSetAside: (setAside) => report(damaged(accountId, setAside)),
  });
}

/** Where an account's journal lies, whether it exists or not. */
export function journalFile(accountId: string): string {
  return path.join(openAccountState(accountId).folder, "journal.sqlite");
}

function unwritable(accountId: string, file: string, reason: string): ZalouserError {
  const what = `The journal of received messages ${file} cannot be written (${reason}); it is kept in memory, and a crash of the gateway now could lose or repeat messages.`;
  return new ZalouserError("JOURNAL_UNWRITABLE", what, { accountId });
}

function damaged(accountId: string, setAside: string): ZalouserError {
  const what = `The journal of received messages was damaged and set aside as ${setAside}; a new one was begun.`;
  return new ZalouserError("JOURNAL_DAMAGED", what, { accountId });
}

function unhandled(
  accountId: string,
  failed: number,
  newest: JournalSnapshot["failures"][number] | undefined,
): ZalouserError {
  const where = newest && `, the newest at ${new Date(newest.atMs).toISOString()} in ${newest.lane} (${newest.reason})`;
  return new ZalouserError(
    "JOURNAL_UNHANDLED",
    `${failed} received message(s) of the last 24 hours could not be handled${where ?? ""}.`,
    { accountId },
  );
}
