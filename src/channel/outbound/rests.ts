import { ZalouserError } from "../../errors.js";
import { sendLedgerOf } from "./ledgers.js";

/** A silence Zalo has asked for by "too many". */
export interface Rest {
  /** Its end, ms since 1970. */
  readonly untilMs: number;
  /** Zalo messages that wait for it. */
  readonly waiting: number;
}

/** Where the log of an account is, once it has run. */
const logs = new Map<string, (what: string) => void>();

/** From now on the account's log tells what goes wrong with its sends and what makes them late. */
export function tellSends(accountId: string, warn: (what: string) => void): void {
  logs.set(accountId, warn);
  sendLedgerOf(accountId, warn);
}

/** Says something about an account's sends in its log. */
export function logSend(accountId: string, what: string): void {
  logs.get(accountId)?.(what);
}

/** Answers will be minutes late; whoever misses them has to find out why. */
export function tellRest(accountId: string, untilMs: number): void {
  logSend(accountId, describeRest(accountId, { untilMs, waiting: 0 }));
}

/** For status, while a rest lasts. */
export function describeRest(accountId: string, { untilMs, waiting }: Rest): string {
  const count = waiting === 0 ? "" : ` Waiting now: ${waiting}.`;
  const what = `Zalo refused a message as one too many; answers wait until ${new Date(untilMs).toISOString()}.${count}`;
  return new ZalouserError("ZCA_RATE_LIMITED", what, { accountId }).message;
}
