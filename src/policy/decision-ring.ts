/** What became of one message. Never its text. */
export interface DecisionEntry {
  readonly atMs: number;
  readonly threadId: string;
  readonly senderId: string;
  /** `failed` follows `admitted` where the agent had no answer. */
  readonly result: "admitted" | "challenge" | "context" | "drop" | "failed";
  /** Reason code; `explainDrop` has the words. */
  readonly reason: string;
  /** The setting that would change it. */
  readonly configPath?: string;
}

export interface DecisionRing {
  add(entry: DecisionEntry): void;
  /** Oldest first. */
  entries(): readonly DecisionEntry[];
}

/**
 * The last decisions of one account, for "why did it not answer". When it is full, the oldest of the most frequent
 * reason goes: a thousand strangers must not push out the one message somebody asks about.
 */
export function createDecisionRing(capacity = 50): DecisionRing {
  const kept: DecisionEntry[] = [];
  return {
    add(entry) {
      kept.push(entry);
      if (kept.length > capacity) kept.splice(oldestOfMostFrequent(kept), 1);
    },
    entries: () => [...kept],
  };
}

function oldestOfMostFrequent(entries: readonly DecisionEntry[]): number {
  const counts = new Map<string, number>();
  for (const { reason } of entries) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return entries.findIndex(({ reason }) => counts.get(reason) === most);
}
