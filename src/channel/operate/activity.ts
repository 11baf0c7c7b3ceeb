import type { SendOutcome } from "../../zca/index.js";
import { createDecisionRing, type DecisionEntry } from "../../policy/index.js";
import { record } from "./records.js";

/** What one account has done since the gateway started, for status. No message text. */
export interface AccountActivity {
  noteInbound(): void;
  countMalformed(reason: string): void;
  decided(decision: Omit<DecisionEntry, "atMs">): void;
  snapshot(): ActivitySnapshot;
}

export interface ActivitySnapshot {
  readonly lastInboundAtMs: number | undefined;
  readonly lastOutboundAtMs: number | undefined;
  readonly inbound: number;
  readonly malformed: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly unsent: number;
  readonly unknown: number;
  readonly decisions: readonly DecisionEntry[];
}

interface Counters {
  lastInboundAtMs: number | undefined;
  lastOutboundAtMs: number | undefined;
  inbound: number;
  readonly malformed: Map<string, number>;
  sent: number;
  unsent: number;
  unknown: number;
  readonly ring: ReturnType<typeof createDecisionRing>;
}

/** Outlives a restart of the account: "why did it not answer" is asked after one, too. */
const accounts = new Map<string, Counters>();

export function activityOf(accountId: string, onMalformed?: (reason: string) => void): AccountActivity {
  const counters = countersOf(accountId);
  return {
    noteInbound() {
      counters.inbound += 1;
      counters.lastInboundAtMs = Date.now();
    },
    countMalformed(reason) {
      const seen = counters.malformed.get(reason) ?? 0;
      counters.malformed.set(reason, seen + 1);
      if (seen === 0) onMalformed?.(reason);
    },
    decided(decision) {
      counters.ring.add({ ...decision, atMs: Date.now() });
      record("decision", { accountId, ...decision });
    },
    snapshot: () => ({
      ...counters,
      malformed: Object.fromEntries(counters.malformed),
      decisions: counters.ring.entries(),
    }),
  };
}

/** Counts the outcomes of one reply. */
export function countOutbound(accountId: string, outcomes: readonly SendOutcome[]): void {
  const counters = countersOf(accountId);
  for (const { kind } of outcomes) counters[kind] += 1;
  if (outcomes.some(({ kind }) => kind === "sent")) counters.lastOutboundAtMs = Date.now();
}

function countersOf(accountId: string): Counters {
  const known = accounts.get(accountId);
  if (known) return known;
  const counters: Counters = {
    lastInboundAtMs: undefined,
    lastOutboundAtMs: undefined,
    inbound: 0,
    malformed: new Map(),
    sent: 0,
    unsent: 0,
    unknown: 0,
    ring: createDecisionRing(50),
  };
  accounts.set(accountId, counters);
  return counters;
}
