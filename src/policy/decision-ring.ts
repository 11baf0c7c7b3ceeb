/** What became of one message. Never its text. */
export interface DecisionEntry {
  readonly atMs: number;
  readonly threadId: string;
  readonly senderId: string;
  readonly result: "admitted" | "challenge" | "context" | "drop";
  /** Reason code; `dropReasons` has the words for ours. */
  readonly reason: string;
  /** The setting that would change it. */
  readonly configPath?: string;
}

export interface DecisionRing {
  add(entry: DecisionEntry): void;
  /** Oldest first. */
  entries(): readonly DecisionEntry[];
}

/** The last decisions of one account, for "why did it not answer". */
export function createDecisionRing(capacity = 50): DecisionRing {
  const kept: DecisionEntry[] = [];
  return {
    add(entry) {
      kept.push(entry);
      if (kept.length > capacity) kept.shift();
    },
    entries: () => [...kept],
  };
}
