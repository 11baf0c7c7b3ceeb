import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { sweepOrphans } from "../../zca/index.js";
import { openAccountState } from "../account/state.js";
import { markerOf } from "./ledger-store.js";
import { discardEarlierMedia } from "./outgoing.js";
import type { LedgerEntry } from "./ledger-entry.js";
import { openSendLedger, type SendLedger } from "./send-ledger.js";

interface Records {
  readonly ledger: SendLedger;
  gone?: Promise<number>;
}

/** By file: a state folder that was removed means a new beginning. */
const records = new Map<string, Records>();

/** What an account has sent; one ledger per account for the life of the process. */
export function sendLedgerOf(accountId: string, onTrouble?: (what: string) => void): SendLedger {
  return recordsOf(accountId, onTrouble).ledger;
}

/**
 * Waits until no send of a gateway before this one is alive any more: what such a call still does must be in before
 * anything is sent or judged. Gives the moment at which that was certain, the same for the life of the process.
 */
export function earlierSendsGone(accountId: string, sweep: typeof sweepOrphans = sweepOrphans): Promise<number> {
  const known = recordsOf(accountId);
  known.gone ??= sweep(openAccountState(accountId).processFolder, { kinds: ["send"] }).then(
    () => {
      discardEarlierMedia(accountId);
      return Date.now();
    },
    (error: unknown) => {
      // A disk or process table in trouble may recover: the next send looks again.
      delete known.gone;
      throw error;
    },
  );
  return known.gone;
}

/** The ledger as far as it has been opened; status must not create files. */
export function knownLedgerTrouble(accountId: string): string | undefined {
  return records.get(fileOf(accountId))?.ledger.trouble();
}

/** Sends since then whose outcome is still not known, oldest first, as far as the ledger has been opened. */
export function knownUnknownSends(accountId: string, sinceMs: number): readonly LedgerEntry[] {
  const open = records.get(fileOf(accountId))?.ledger.open(sinceMs) ?? [];
  return open.filter(({ state }) => state === "unknown");
}

/**
 * Before the files of an account are set aside for another person's. What is sent from now on is not in this ledger: when
 * its person comes back, it knows everything only from then on.
 */
export function closeLedger(accountId: string): void {
  const file = fileOf(accountId);
  records.get(file)?.ledger.retire();
  records.delete(file);
  rmSync(markerOf(file), { force: true });
}

/** At the end of the gateway; whatever still ends after it opens them again. */
export function closeLedgers(): void {
  for (const { ledger } of records.values()) ledger.close();
  records.clear();
}

function recordsOf(accountId: string, onTrouble?: (what: string) => void): Records {
  const file = fileOf(accountId);
  const known = records.get(file);
  if (known !== undefined && (existsSync(file) || known.ledger.trouble() !== undefined)) return known;
  known?.ledger.close();
  const opened = { ledger: openSendLedger({ file, now: Date.now, ...(onTrouble && { onTrouble }) }) };
  records.set(file, opened);
  return opened;
}

function fileOf(accountId: string): string {
  return path.join(openAccountState(accountId).folder, "sends.sqlite");
}
