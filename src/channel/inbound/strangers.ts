import path from "node:path";
import { z } from "zod";
import { createRateBudget, type RateBudget } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openSlot, type Slot } from "../account/slot.js";
import { openAccountState } from "../account/state.js";
import { CHANNEL_ID } from "../channel-id.js";

/** Why a stranger got no pairing code. */
export type Refusal = "pairing_full" | "pairing_budget";

/**
 * Messages to strangers are what gets an account banned. OpenClaw keeps three requests an hour waiting, on disk, and that
 * bounds them across restarts; this bounds them while an operator approves or dismisses requests as fast as they come.
 */
const CODES = { limit: 5, windowMs: 10 * 60_000 };
/** An hour without a refusal ends a flood. */
const FLOOD_ENDS_MS = 60 * 60_000;
const COUNTED_PEOPLE = 1000;
const REMEMBERED_UNSENT = 20;

interface Flood {
  readonly sinceMs: number;
  lastMs: number;
  full: number;
  budget: number;
  readonly people: Set<string>;
}

export interface FloodSnapshot {
  readonly sinceMs: number;
  readonly lastMs: number;
  /** Messages of strangers that earned no code, by reason. */
  readonly full: number;
  readonly budget: number;
  /** Different senders; 1000 stands for 1000 or more. */
  readonly people: number;
}

const budgets = new Map<string, RateBudget>();
const floods = new Map<string, Flood>();

/** Whether a code may be sent now; takes one of the account's budget. */
export function mayContactStranger(accountId: string, nowMs: number): boolean {
  const budget = budgets.get(accountId) ?? createRateBudget(CODES);
  budgets.set(accountId, budget);
  return budget.take(nowMs);
}

/** Counts a stranger who got no code; true on the first one of a flood. */
export function noteRefused(accountId: string, senderId: string, why: Refusal, nowMs: number): boolean {
  const known = currentFlood(accountId, nowMs);
  const flood = known ?? { sinceMs: nowMs, lastMs: nowMs, full: 0, budget: 0, people: new Set<string>() };
  if (known === undefined) floods.set(accountId, flood);
  flood.lastMs = nowMs;
  if (why === "pairing_full") flood.full += 1;
  else flood.budget += 1;
  if (flood.people.size < COUNTED_PEOPLE) flood.people.add(senderId);
  return known === undefined;
}

export function floodOf(accountId: string, nowMs: number): FloodSnapshot | undefined {
  const flood = currentFlood(accountId, nowMs);
  return flood === undefined ? undefined : { ...flood, people: flood.people.size };
}

/** One sentence for status and log while strangers are turned away, with what the operator can do. */
export function floodHint({ accountId, configPath }: ResolvedAccount, nowMs: number): string | undefined {
  const flood = floodOf(accountId, nowMs);
  if (flood === undefined) return undefined;
  const { sinceMs, people, full, budget } = flood;
  const many = people >= COUNTED_PEOPLE ? `${COUNTED_PEOPLE} or more` : String(people);
  return (
    `Pairing flood: since ${new Date(sinceMs).toISOString()} ${full + budget} message(s) of ${many} stranger(s) got no pairing code. ` +
    `Approve or dismiss what waits (openclaw pairing list ${CHANNEL_ID} --account ${accountId}), put the ids of people you know into ` +
    `${configPath}.allowFrom, or set ${configPath}.dmPolicy to "allowlist".`
  );
}

function currentFlood(accountId: string, nowMs: number): Flood | undefined {
  const flood = floods.get(accountId);
  return flood !== undefined && nowMs - flood.lastMs < FLOOD_ENDS_MS ? flood : undefined;
}

const unsentShape = z.object({ senderIds: z.array(z.string()) });

export interface UnsentCodes {
  has(senderId: string): boolean;
  add(senderId: string): void;
  delete(senderId: string): void;
}

/**
 * People whose code certainly never left this machine. OpenClaw hands each code out only once, so they are remembered on
 * disk: their next message brings it.
 */
export function unsentCodes(accountId: string, onProblem: (error: unknown) => void): UnsentCodes {
  const slot: Slot<z.infer<typeof unsentShape>> = openSlot(
    path.join(openAccountState(accountId).folder, "pairing.json"),
    unsentShape,
    accountId,
  );
  const ids = () => slot.read()?.senderIds ?? [];
  const write = (senderIds: readonly string[]) => {
    try {
      slot.write({ senderIds: senderIds.slice(-REMEMBERED_UNSENT) });
    } catch (error) {
      // The code itself can be sent all the same.
      onProblem(error);
    }
  };
  return {
    has: (senderId) => ids().includes(senderId),
    add(senderId) {
      const rest = ids().filter((id) => id !== senderId);
      write([...rest, senderId]);
    },
    delete(senderId) {
      const before = ids();
      if (before.includes(senderId)) write(before.filter((id) => id !== senderId));
    },
  };
}
