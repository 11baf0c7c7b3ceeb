import { ZalouserError } from "../../errors.js";
import { findMissed, parseTarget, type Completeness, type Missed, type Outstanding } from "../../policy/index.js";
import { recentMessages, type HistoryRow, type Zca } from "../../zca/index.js";

/** One message of a conversation's history on its way to the journal. */
export interface FoundMessage {
  readonly id: string;
  readonly altKeys: readonly string[];
  readonly lane: string;
  readonly raw: string;
  /** To be known, but no longer to be answered. */
  readonly contextOnly: boolean;
  /** When it was said, ms since 1970. */
  readonly atMs: number;
}

export interface ReadBackDeps {
  readonly zca: Zca;
  readonly now: () => number;
  /** Most messages that are looked at. */
  readonly maxMessages: () => number;
  readonly maxAgeMs: () => number;
  /** When the account listened for the first time, ms since 1970. */
  readonly firstMs: () => number;
  readonly ownId: () => string | undefined;
  /** Whether we sent this own message, as opposed to the owner with the phone. */
  readonly isOurs: (row: HistoryRow) => boolean;
  readonly knows: (keys: readonly string[]) => boolean;
  /** Settles when the message is on disk; false when it was not new. */
  readonly accept: (message: FoundMessage) => Promise<boolean>;
  /** Runs a call while no other call of the profile sends; undefined when its turn did not come. */
  readonly alone: <T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) => Promise<T | undefined>;
  /** Settles when a message the listener heard just now would be in the journal, and early when the signal fires. */
  readonly untilHeard: (signal: AbortSignal) => Promise<void>;
  /** Told just before the call: it costs a login. */
  readonly onCall: () => void;
}

export interface ReadBack {
  /** Everything in the conversation up to this moment is known now, as far as the list was complete. */
  readonly untilMs: number;
  readonly completeness: Completeness;
  readonly found: number;
  readonly contextOnly: number;
  readonly tooOld: number;
}

/** Reads one conversation back and hands on what nobody heard, oldest first. Throws what kept zca from answering. */
export async function readBack(
  deps: ReadBackDeps,
  { lane, sinceMs, toMs, lastAtMs }: Outstanding,
  signal: AbortSignal,
): Promise<ReadBack> {
  const { accountId } = deps.zca;
  const target = parseTarget(lane);
  const nothing = { found: 0, contextOnly: 0, tooOld: 0 };
  if ("error" in target) return { ...nothing, untilMs: deps.now(), completeness: "complete" };
  const asked = deps.maxMessages();
  const question = { threadId: target.id, isGroup: target.kind === "group", limit: asked };
  let untilMs = deps.now();
  const answer = await deps.alone(async (ending) => {
    untilMs = deps.now();
    deps.onCall();
    return recentMessages(deps.zca, question, ending);
  }, signal);
  // The program may have been slow to end; whoever stopped the account must find nothing handed on after it.
  signal.throwIfAborted();
  if (answer === undefined)
    throw new ZalouserError("SEND_EXPIRED", "Sends took all the time there was.", { accountId });
  const { rows } = answer;
  const seen = rows.flatMap((row) => seenRow(deps, row) ?? []);
  const fenceMs = deps.now() - deps.maxAgeMs();
  const { take, completeness, tooOld } = findMissed(seen, {
    sinceMs,
    firstMs: deps.firstMs(),
    asked,
    fenceMs,
    lastKnownMs: lastAtMs,
    // A direct conversation is read while nobody listens.
    liveSinceMs: question.isGroup ? toMs : undefined,
  });
  const missed = [...take.filter(({ mayComeLive }) => !mayComeLive), ...(await unheard(deps, take, signal))];
  for (const { row, contextOnly } of missed) {
    const { id, altKeys, raw, atMs } = row.message;
    const isNew = await deps.accept({ id, altKeys, lane, raw, contextOnly, atMs });
    if (!isNew && !deps.knows([id, ...altKeys])) {
      throw new ZalouserError("STATE_UNWRITABLE", "A message that was read back could not be journaled.", {
        accountId,
      });
    }
  }
  const context = missed.filter(({ contextOnly }) => contextOnly).length;
  return { untilMs, completeness, found: missed.length, contextOnly: context, tooOld };
}

type Taken = Missed<NonNullable<ReturnType<typeof seenRow>>>["take"];

/** Of what the listener may have heard as well: the part it has not. Its own line says more than a row of a history. */
async function unheard(deps: ReadBackDeps, take: Taken, signal: AbortSignal): Promise<Taken> {
  const doubtful = take.filter(({ mayComeLive }) => mayComeLive);
  if (doubtful.length === 0) return doubtful;
  await deps.untilHeard(signal);
  signal.throwIfAborted();
  return doubtful.filter(({ row: { message } }) => !deps.knows([message.id, ...message.altKeys]));
}

/** A direct conversation has two voices; a row of a third belongs to somebody else's history. */
function seenRow(deps: ReadBackDeps, message: HistoryRow) {
  const { senderId, threadId, isGroup, id, altKeys, atMs } = message;
  const isOwn = senderId === "0" || senderId === deps.ownId();
  if (!isGroup && !isOwn && senderId !== threadId) return undefined;
  return {
    message,
    atMs,
    isOwn,
    isOurs: isOwn && deps.isOurs(message),
    isKnown: deps.knows([id, ...altKeys]),
  };
}
