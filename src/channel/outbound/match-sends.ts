/** A send whose outcome is not known. Times in ms since the epoch, by our clock. */
export interface UnknownSend {
  readonly id: string;
  readonly hash: string;
  readonly startedAtMs: number;
  /** Its child was certainly gone by then. */
  readonly deadByMs: number;
}

/** One row of a conversation's history; times by Zalo's clock. */
export interface SeenMessage {
  readonly messageId: string;
  /** Sent by the account: by us, or by its owner on the phone. */
  readonly own: boolean;
  readonly atMs: number;
  /** Whose prints it bears; see `rowHashes`. */
  readonly hashes: readonly string[];
}

export type SendVerdict =
  | { readonly kind: "sent"; readonly messageId: string }
  | { readonly kind: "not-sent" }
  | { readonly kind: "unresolved" };

/** Our clock and Zalo's may differ by this much without harm. */
const toleranceMs = 30_000;
/** However wrong a clock is, a message that reads the same within a day keeps us from sending it again. */
const doubtMs = 24 * 60 * 60_000;

/**
 * Decides what became of the sends of one conversation by what its history shows. Each row stands for one send at most:
 * two equal texts are two messages.
 *
 * A doubled message is worse than a lost one that is reported: Zalo bans accounts for repeating themselves, and what is
 * out cannot be taken back. So "not sent" takes proof. A list may end too early on either side (the program prints
 * partial lists, the servers lag behind), so it has to show a message before the attempt *and* one after its end, and
 * nothing in a day around it that could be the one. The owner's phone writes under the same id: the same words typed
 * there within the attempt's time are taken for ours, which at worst leaves the owner's own words standing alone.
 */
export function matchSends(
  sends: readonly UnknownSend[],
  rows: readonly SeenMessage[],
  isKnown: (messageId: string) => boolean,
): ReadonlyMap<string, SendVerdict> {
  const candidates = new Map<string, SeenMessage>();
  for (const row of rows) if (row.own && !isKnown(row.messageId)) candidates.set(row.messageId, row);
  const verdicts = new Map<string, SendVerdict>();
  // The earliest message to the attempt whose time ends first: in that order none is given away that another needs.
  for (const row of [...candidates.values()].toSorted((a, b) => a.atMs - b.atMs)) {
    const fitting = sends
      .filter((send) => !verdicts.has(send.id) && row.hashes.includes(send.hash) && isWithin(row, send))
      .toSorted((a, b) => a.deadByMs - b.deadByMs);
    const [first] = fitting;
    if (first === undefined) continue;
    verdicts.set(first.id, { kind: "sent", messageId: row.messageId });
    candidates.delete(row.messageId);
  }
  for (const send of sends) {
    if (verdicts.has(send.id)) continue;
    const alike = sends.filter(({ hash }) => hash === send.hash);
    const doubtful = [...candidates.values()].some((row) => row.hashes.includes(send.hash) && isNear(row, send));
    // Of sends that read the same, one may have been given another's row: only together do the rows speak for them.
    const proven = !doubtful && alike.every((one) => isBracketed(one, rows));
    verdicts.set(send.id, { kind: proven ? "not-sent" : "unresolved" });
  }
  return verdicts;
}

function isWithin(row: SeenMessage, { startedAtMs, deadByMs }: UnknownSend): boolean {
  return row.atMs >= startedAtMs - toleranceMs && row.atMs <= deadByMs + toleranceMs;
}

function isNear(row: SeenMessage, { startedAtMs, deadByMs }: UnknownSend): boolean {
  return row.atMs >= startedAtMs - doubtMs && row.atMs <= deadByMs + doubtMs;
}

function isBracketed({ startedAtMs, deadByMs }: UnknownSend, rows: readonly SeenMessage[]): boolean {
  return (
    rows.some(({ atMs }) => atMs < startedAtMs - toleranceMs) && rows.some(({ atMs }) => atMs > deadByMs + toleranceMs)
  );
}
