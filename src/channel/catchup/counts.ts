/** What became of what was said while nobody listened, since the gateway started. No message text. */
export interface CatchUpCounts {
  /** Conversations read back. */
  readonly read: number;
  /** Messages found and handed on. */
  readonly found: number;
  /** Of those, messages the owner has answered since: known as context, not answered. */
  readonly contextOnly: number;
  /** Messages older than `catchUp.maxAgeMinutes`. */
  readonly tooOld: number;
  /** Conversations with more missed messages than `catchUp.maxMessages`. */
  readonly cut: number;
  /** Conversations whose list was empty or had holes, three times over. */
  readonly partial: number;
  /** Conversations that could not be read, three times over. */
  readonly failed: number;
  /** Conversations nobody got around to reading within `catchUp.maxAgeMinutes`. */
  readonly givenUp: number;
  /** Moments without a listener in which conversations that slept were not looked at. */
  readonly moments: number;
  /** Gaps nothing was read back for, because `catchUp.enabled` is false or this zca cannot. */
  readonly unread: number;
}

export interface CatchUpSnapshot extends CatchUpCounts {
  /** Conversations with something missing that a later run reads back. */
  readonly waiting: number;
  readonly lastRunAtMs: number | undefined;
  /** People in `allowFrom` who never wrote and, after a gap of these last hours, were not looked at. */
  readonly neverWrote: number;
}

export const noCounts: CatchUpCounts = {
  read: 0,
  found: 0,
  contextOnly: 0,
  tooOld: 0,
  cut: 0,
  partial: 0,
  failed: 0,
  givenUp: 0,
  moments: 0,
  unread: 0,
};
const none: CatchUpSnapshot = { ...noCounts, waiting: 0, lastRunAtMs: undefined, neverWrote: 0 };

/** Outlives a restart of the account: what was missed is asked for after one, too. */
const accounts = new Map<string, CatchUpSnapshot>();

export function catchUpCounts(accountId: string): CatchUpSnapshot {
  return accounts.get(accountId) ?? none;
}

export function addCounts(accountId: string, by: Partial<CatchUpCounts>): void {
  const before = catchUpCounts(accountId);
  accounts.set(accountId, { ...before, ...sumOf(before, by) });
}

export function sumOf(one: CatchUpCounts, other: Partial<CatchUpCounts>): CatchUpCounts {
  const sum = (key: keyof CatchUpCounts) => one[key] + (other[key] ?? 0);
  return {
    read: sum("read"),
    found: sum("found"),
    contextOnly: sum("contextOnly"),
    tooOld: sum("tooOld"),
    cut: sum("cut"),
    partial: sum("partial"),
    failed: sum("failed"),
    givenUp: sum("givenUp"),
    moments: sum("moments"),
    unread: sum("unread"),
  };
}

export function noteWaiting(accountId: string, waiting: number, lastRunAtMs: number): void {
  accounts.set(accountId, {
    ...catchUpCounts(accountId),
    waiting,
    lastRunAtMs: lastRunAtMs === 0 ? undefined : lastRunAtMs,
  });
}

export function noteNeverWrote(accountId: string, neverWrote: number): void {
  accounts.set(accountId, { ...catchUpCounts(accountId), neverWrote });
}

/** Sentences about what stays missing, each with the setting that would change it; none when nothing does. */
export function describeUncovered(
  counts: CatchUpCounts & Partial<Pick<CatchUpSnapshot, "neverWrote">>,
  configPath: string,
): string[] {
  const path = `${configPath}.catchUp`;
  const lines: (readonly [number, string])[] = [
    [counts.tooOld, `message(s) were older than ${path}.maxAgeMinutes when they were found, and not handled`],
    [counts.cut, `conversation(s) held more missed messages than ${path}.maxMessages; the older ones were not read`],
    [counts.partial, "conversation(s) came back with holes, so something may be missing; look at them in the Zalo app"],
    [counts.failed, "conversation(s) could not be read back; look at them in the Zalo app"],
    [
      counts.givenUp,
      `conversation(s) were not read back within ${path}.maxAgeMinutes; ${path}.maxConversations limits how many are read at a time`,
    ],
    [
      counts.neverWrote ?? 0,
      `person(s) of ${configPath}.allowFrom never wrote before and were not looked at; name the likeliest first there`,
    ],
    [counts.unread, `gap(s) were not read back; ${path}.enabled and a current openzca decide that`],
  ];
  return lines.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}.`);
}
