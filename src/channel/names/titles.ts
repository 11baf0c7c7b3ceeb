import path from "node:path";
import { z } from "zod";
import { describeError } from "../../errors.js";
import type { NameHolder } from "../../policy/index.js";
import type { Clock } from "../../supervisor/index.js";
import { openSlot } from "../account/slot.js";
import { openAccountState } from "../account/state.js";

const book = z.object({
  titles: z.array(z.object({ id: z.string(), title: z.string() })),
  /** Groups whose title somebody wanted to know since the list was last read. */
  wanted: z.array(z.string()),
  /** When the list was last asked for, with success or not. */
  askedAtMs: z.number(),
});

/** What groups are called. For people and the agent to read; decides nothing. */
export interface GroupTitles {
  /** The title of a group; `seen` is what the message itself says, which it rarely does. An unknown one is noted. */
  of(groupId: string, seen?: string): string | undefined;
  /** Takes titles from a list that was read for something else. */
  learn(groups: readonly NameHolder[]): void;
  /** To be called when the account has just connected: reads the list of groups if a title is wanted, once a day at most. */
  noteConnected(): void;
  /** Ends a running look-up; settles when its process is gone. */
  stop(): Promise<void>;
}

export interface GroupTitlesOptions {
  readonly accountId: string;
  readonly clock: Clock;
  readonly log: { warn(message: string): void };
  /** One login, if nobody read it in the last minutes. */
  readonly list: (signal: AbortSignal) => Promise<readonly NameHolder[]>;
  /** What was read at any time, by any process; costs nothing. */
  readonly lastKnown: () => readonly NameHolder[];
}

const DAY_MS = 24 * 60 * 60_000;
/** After that a group may be called something else. */
const STALE_MS = 7 * DAY_MS;
const MOST_TITLES = 1000;
const MOST_WANTED = 100;

/** Zalo's stream names no groups, so their titles come from the list of groups: a login, and no turn waits for it. */
export function openGroupTitles({ accountId, clock, log, list, lastKnown }: GroupTitlesOptions): GroupTitles {
  const slot = openSlot(path.join(openAccountState(accountId).folder, "titles.json"), book, accountId);
  const stored = slot.read();
  const titles = new Map(stored?.titles.map(({ id, title }) => [id, title]));
  const wanted = new Set(stored?.wanted);
  const stopping = new AbortController();
  let askedAtMs = stored?.askedAtMs ?? 0;
  let running: Promise<void> | undefined;
  let looked = false;

  function save(): void {
    const named = [...titles].slice(-MOST_TITLES).map(([id, title]) => ({ id, title }));
    try {
      slot.write({ titles: named, wanted: [...wanted].slice(-MOST_WANTED), askedAtMs });
    } catch {
      // They are known as long as the account runs; a full disk is told by what matters more.
    }
  }

  function learn(groups: readonly NameHolder[]): void {
    for (const { id, names } of groups) {
      const [title] = names;
      if (title !== undefined && title.trim() !== "") titles.set(id, title);
      wanted.delete(id);
    }
  }

  async function ask(): Promise<void> {
    askedAtMs = clock.now();
    save();
    try {
      learn(await list(stopping.signal));
      wanted.clear();
      save();
    } catch (error) {
      if (!stopping.signal.aborted) log.warn(`the titles of groups were not read: ${describeError(error)}`);
    }
  }

  return {
    of(groupId, seen) {
      if (seen !== undefined && titles.get(groupId) !== seen) {
        titles.set(groupId, seen);
        save();
      }
      if (!titles.has(groupId) && !looked) {
        looked = true;
        learn(lastKnown());
      }
      const isWanted = !titles.has(groupId) || clock.now() - askedAtMs >= STALE_MS;
      if (isWanted && seen === undefined && !wanted.has(groupId)) {
        wanted.add(groupId);
        save();
      }
      return titles.get(groupId);
    },
    learn(groups) {
      learn(groups);
      wanted.clear();
      askedAtMs = clock.now();
      save();
    },
    noteConnected() {
      // The next connection may look again at what others have read.
      looked = false;
      const isDue = wanted.size > 0 && clock.now() - askedAtMs >= DAY_MS;
      if (!isDue || running !== undefined || stopping.signal.aborted) return;
      running = ask().finally(() => {
        running = undefined;
      });
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
