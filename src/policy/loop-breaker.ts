export interface LoopBreakerSettings {
  /** This many exchanges within `windowMs` are a loop. */
  readonly exchanges: number;
  readonly windowMs: number;
  /**
   * This many exchanges in a row, none of them `pauseMs` or more after the one before, are a loop at any speed. Half as
   * many after each silence that is remembered, down to `leastRun`.
   */
  readonly runs: readonly { readonly exchanges: number; readonly pauseMs: number }[];
  readonly leastRun: number;
  /** First silence after a loop; each further one within `forgetMs` is twice as long, up to `longestSilenceMs`. */
  readonly silenceMs: number;
  readonly longestSilenceMs: number;
  readonly forgetMs: number;
  /** Conversations remembered; the one not spoken in for longest is forgotten first. */
  readonly maxConversations: number;
  /** People remembered per conversation. */
  readonly maxSenders: number;
}

export const defaultLoopBreaker: LoopBreakerSettings = {
  exchanges: 5,
  windowMs: 60_000,
  // People read, think and get up; a machine that thinks for a minute does it every time. An evening of a hundred messages
  // with hardly a break is still a person's.
  runs: [
    { exchanges: 40, pauseMs: 15_000 },
    { exchanges: 120, pauseMs: 300_000 },
  ],
  leastRun: 10,
  silenceMs: 120_000,
  longestSilenceMs: 6 * 3_600_000,
  forgetMs: 24 * 3_600_000,
  maxConversations: 500,
  maxSenders: 20,
};

/** A message that is about to be answered. */
export interface Heard {
  /** Names the conversation; the same for what is said and what is answered there. */
  readonly conversation: string;
  readonly senderId: string;
  /** When it arrived here, by the same clock as the answers. */
  readonly atMs: number;
  /** How soon after an answer of ours it counts as a reaction to it; see `reactionMs`. */
  readonly withinMs: number;
}

export interface LoopVerdict {
  /** The sender gets no answer for now. */
  readonly silent: boolean;
  /** Only on the message that began the silence. */
  readonly began?: { readonly untilMs: number };
}

export interface LoopBreaker {
  /** An answer of ours began to leave for a conversation at `atMs`; nobody can have reacted to it before. */
  answered(conversation: string, atMs: number): void;
  heard(message: Heard): LoopVerdict;
  /** Who is not answered at a moment, and until when. */
  silenced(nowMs: number): readonly Silence[];
}

export interface Silence {
  readonly conversation: string;
  readonly senderId: string;
  readonly untilMs: number;
}

const keptAnswers = 10;

interface Sender {
  /** Times of the last exchanges that were too fast for a person. */
  exchanges: number[];
  /** The answer the newest of them reacted to: one answer is one exchange, however many lines follow it. */
  reactedToMs: number;
  /** The same for exchanges of any speed, and when the newest was. */
  followedMs: number;
  lastMs: number;
  /** How many exchanges without a pause there are, for each of the settings' `runs`. */
  runs: readonly number[];
  silentUntilMs: number;
  silences: number;
}

interface Conversation {
  /** The newest answers, oldest first: a message is handled some time after it arrived, and another answer may lie between. */
  answers: number[];
  readonly senders: Map<string, Sender>;
}

/**
 * Ends a talk of two machines. An exchange is an answer of ours and a reaction to it by one sender. A few that come
 * sooner than a person would react are a loop, and so are many in a row without a pause, however slow each of them is;
 * that sender is not answered for a while.
 */
export function createLoopBreaker(settings: LoopBreakerSettings = defaultLoopBreaker): LoopBreaker {
  const conversations = new Map<string, Conversation>();

  return {
    answered(name, atMs) {
      const conversation = conversations.get(name) ?? { answers: [], senders: new Map<string, Sender>() };
      conversation.answers = [...conversation.answers, atMs].slice(-keptAnswers);
      refresh(conversations, name, conversation, settings.maxConversations);
    },
    heard({ conversation: name, senderId, atMs, withinMs }) {
      const conversation = conversations.get(name);
      // Nothing was answered here: nothing to react to, nothing to remember.
      if (conversation === undefined) return { silent: false };
      const sender = conversation.senders.get(senderId) ?? newcomer();
      refresh(conversation.senders, senderId, sender, settings.maxSenders);
      if (atMs < sender.silentUntilMs) return { silent: true };
      const answerMs = conversation.answers.findLast((past) => past <= atMs);
      if (answerMs === undefined) return { silent: false };
      const isFast = reacted(sender, answerMs, atMs, withinMs, settings);
      const isTireless = followed(sender, answerMs, atMs, settings);
      if (!isFast && !isTireless) return { silent: false };
      return { silent: true, began: { untilMs: silence(sender, atMs, settings) } };
    },
    silenced(nowMs) {
      return [...conversations].flatMap(([conversation, { senders }]) =>
        [...senders].flatMap(([senderId, { silentUntilMs: untilMs }]) =>
          nowMs < untilMs ? { conversation, senderId, untilMs } : [],
        ),
      );
    },
  };
}

function newcomer(): Sender {
  const never = Number.NEGATIVE_INFINITY;
  return {
    exchanges: [],
    reactedToMs: never,
    followedMs: never,
    lastMs: never,
    runs: [],
    silentUntilMs: 0,
    silences: 0,
  };
}

/** Notes a reaction; true when it is one too many within the window. */
function reacted(
  sender: Sender,
  answerMs: number,
  atMs: number,
  withinMs: number,
  limits: LoopBreakerSettings,
): boolean {
  if (answerMs <= sender.reactedToMs || atMs - answerMs > withinMs) return false;
  sender.reactedToMs = answerMs;
  sender.exchanges = [...sender.exchanges.filter((past) => atMs - past < limits.windowMs), atMs];
  return sender.exchanges.length >= limits.exchanges;
}

/** Notes that an answer was followed by a message; true when that has gone on without a pause for too long. */
function followed(sender: Sender, answerMs: number, atMs: number, limits: LoopBreakerSettings): boolean {
  const { runs, leastRun, forgetMs } = limits;
  if (answerMs <= sender.followedMs) return false;
  const gapMs = atMs - sender.lastMs;
  sender.followedMs = answerMs;
  sender.lastMs = atMs;
  sender.runs = runs.map(({ pauseMs }, index) => (gapMs < pauseMs ? (sender.runs[index] ?? 0) + 1 : 1));
  const patience = atMs - sender.silentUntilMs < forgetMs ? 2 ** sender.silences : 1;
  return runs.some(
    ({ exchanges }, index) =>
      (sender.runs[index] ?? 0) >= Math.max(Math.min(leastRun, exchanges), exchanges / patience),
  );
}

function silence(sender: Sender, atMs: number, { silenceMs, longestSilenceMs, forgetMs }: LoopBreakerSettings): number {
  sender.silences = atMs - sender.silentUntilMs < forgetMs ? sender.silences + 1 : 1;
  sender.silentUntilMs = atMs + Math.min(longestSilenceMs, silenceMs * 2 ** (sender.silences - 1));
  sender.exchanges = [];
  sender.runs = [];
  return sender.silentUntilMs;
}

/** Puts an entry at the end of its map and drops the oldest beyond the limit. */
function refresh<T>(entries: Map<string, T>, key: string, value: T, limit: number): void {
  entries.delete(key);
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > limit && oldest !== undefined) entries.delete(oldest);
}

/** In a group a person has to address the account anew each time; who does so within ten seconds, time after time, is none. */
const ADDRESSED_REACTION_MS = 10_000;
/** To send, to read, to begin to write. */
const READING_MS = 2000;
/** Nobody types faster than this; what is longer was not typed. */
const TYPING_MS_PER_CHARACTER = 60;
/** "ok", "đúng rồi", "còn gì nữa?": of texts up to this length nobody can tell how fast a person may be. */
const SHORT_TEXT = 40;

/**
 * How soon after our answer a message counts as a reaction of a machine, in ms. Where nobody has to address the account:
 * sooner than it could be typed, and never when it is short.
 */
export function reactionMs(addressed: boolean, characters: number): number {
  if (addressed) return ADDRESSED_REACTION_MS;
  if (characters <= SHORT_TEXT) return 0;
  return Math.min(READING_MS + TYPING_MS_PER_CHARACTER * characters, 2 * ADDRESSED_REACTION_MS);
}
